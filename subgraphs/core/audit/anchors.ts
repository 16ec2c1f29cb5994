import { fromPg, inTransaction, type Pool } from '#kernel/db';
import { appendEvent, type EventEnvelope } from '#kernel/events';
import type { Logger } from '#kernel/telemetry';
import { anchoredSchema, auditEvents } from './audit.events';
import { logIdOf } from './checkpoints/signed-note';

/**
 * Hands the newest checkpoint to the chain room when the last one was so long ago, and something was added. In one transaction, however many workers ask.
 * @returns the size that was handed over, or null.
 */
export function requestAnchor(pool: Pool, origin: string, everyMinutes: number): Promise<number | null> {
  return inTransaction(pool, async (tx) => {
    const [lock] = await tx.query<{ held: boolean }>(`SELECT pg_try_advisory_xact_lock(hashtext('audit anchors')) AS held`, []);
    if (!lock?.held) return null;
    const [newest] = await tx.query<{ size: string; root: Buffer }>(
      `SELECT c.tree_size::text AS size, c.root_hash AS root FROM (SELECT tree_size, root_hash FROM audit_checkpoint ORDER BY tree_size DESC LIMIT 1) c
       WHERE NOT EXISTS (SELECT FROM audit_anchor_request WHERE tree_size >= c.tree_size OR requested_at > now() - $1::float8 * interval '1 minute')`,
      [everyMinutes],
    );
    if (!newest) return null;
    await tx.execute('INSERT INTO audit_anchor_request (tree_size) VALUES ($1::bigint)', [newest.size]);
    const payload = { logId: logIdOf(origin), treeSize: newest.size, rootHash: `0x${newest.root.toString('hex')}` };
    await appendEvent(tx, { definition: auditEvents.checkpointSigned, aggregateType: 'AuditLog', aggregateId: payload.logId, payload });
    return Number(newest.size);
  });
}

/** Writes down that a checkpoint is on chain. @param writer The database, as the role that writes the tree. */
export async function recordAnchor(writer: Pool, origin: string, logger: Logger, event: Pick<EventEnvelope, 'payload'>): Promise<void> {
  const { logId, treeSize, rootHash, ...place } = anchoredSchema.parse(event.payload);
  const sql = fromPg(writer);
  const [known] = await sql.query<{ root: Buffer }>('SELECT root_hash AS root FROM audit_checkpoint WHERE tree_size = $1::bigint', [treeSize]);
  if (logId !== logIdOf(origin) || `0x${known?.root.toString('hex')}` !== rootHash) return logger.error({ treeSize, chainId: place.chainId }, 'what is on chain is no checkpoint of this audit log');
  await sql.execute(
    `INSERT INTO audit_anchor (tree_size, chain_id, address, transaction_hash, block_number) VALUES ($1::bigint, $2, $3, $4, $5::bigint) ON CONFLICT DO NOTHING`,
    [treeSize, place.chainId, place.address, place.transactionHash, place.blockNumber],
  );
}
