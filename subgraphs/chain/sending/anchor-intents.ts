import type { SqlTransaction } from '#kernel/db';
import type { Checkpoint } from '../contracts';

/** The wish that a checkpoint is on chain. */
export interface AnchorIntent extends Checkpoint {
  state: 'QUEUED' | 'SENT';
  rawTransaction: string | null;
}

const LONGEST_PAUSE_SECONDS = 300;
const KEY = 'log_id = $1 AND tree_size = $2::numeric';

/** Wishes for a checkpoint to be on chain; once, however often it is told. */
export async function queueAnchor(tx: SqlTransaction, { logId, treeSize, rootHash }: Checkpoint): Promise<void> {
  await tx.execute('INSERT INTO anchor_intent (log_id, tree_size, root_hash) VALUES ($1, $2::numeric, $3) ON CONFLICT DO NOTHING', [logId, treeSize, rootHash]);
}

/** The one to work on: what is on its way first, then the largest, which covers what is smaller. Null when there is nothing to do now. */
export async function nextAnchor(tx: SqlTransaction): Promise<AnchorIntent | null> {
  const [intent] = await tx.query<AnchorIntent>(
    `SELECT log_id AS "logId", tree_size::text AS "treeSize", root_hash AS "rootHash", state, raw_transaction AS "rawTransaction" FROM anchor_intent
     WHERE state IN ('QUEUED', 'SENT') AND due_at <= now() ORDER BY state = 'SENT' DESC, tree_size DESC LIMIT 1`,
    [],
  );
  return intent ?? null;
}

/** Notes a transaction before it is broadcast, so that it can be broadcast again whatever happens. */
export async function markAnchorSent(tx: SqlTransaction, { logId, treeSize }: Checkpoint, raw: string): Promise<void> {
  await tx.execute(`UPDATE anchor_intent SET state = 'SENT', raw_transaction = $3, due_at = now() WHERE ${KEY}`, [logId, treeSize, raw]);
}

export async function lookAtAnchorAgain(tx: SqlTransaction, { logId, treeSize }: Checkpoint, milliseconds: number): Promise<void> {
  await tx.execute(`UPDATE anchor_intent SET due_at = now() + $3 * interval '1 millisecond' WHERE ${KEY}`, [logId, treeSize, milliseconds]);
}

/** Begins again later, each time after a longer pause. */
export async function requeueAnchor(tx: SqlTransaction, { logId, treeSize }: Checkpoint, reason: string): Promise<void> {
  await tx.execute(
    `UPDATE anchor_intent SET state = 'QUEUED', raw_transaction = NULL, attempts = attempts + 1, last_error = $3,
       due_at = now() + LEAST(power(2, LEAST(attempts, 20)), ${LONGEST_PAUSE_SECONDS}) * interval '1 second' WHERE ${KEY}`,
    [logId, treeSize, reason.slice(0, 500)],
  );
}

export async function markAnchored(tx: SqlTransaction, { logId, treeSize }: Checkpoint, place: { transactionHash: string; blockNumber: number }): Promise<void> {
  await tx.execute(`UPDATE anchor_intent SET state = 'ANCHORED', transaction_hash = $3, block_number = $4, raw_transaction = NULL, last_error = NULL WHERE ${KEY}`, [logId, treeSize, place.transactionHash, place.blockNumber]);
}

/** A larger one of the same log is on chain, which says all that this one says. */
export async function skipSmaller(tx: SqlTransaction, logId: string, size: bigint): Promise<void> {
  await tx.execute(`UPDATE anchor_intent SET state = 'SKIPPED', raw_transaction = NULL WHERE log_id = $1 AND tree_size < $2::numeric AND state IN ('QUEUED', 'SENT')`, [logId, size.toString()]);
}
