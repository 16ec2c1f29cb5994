import { appendAudit } from '#kernel/events';
import type { Logger } from '#kernel/telemetry';
import { transaction, type CoreDatabase } from '../database';
import type { Envelope } from './envelope';

/** A table with the columns `wrapped_key` and `key_version`, and the name of its key. Names are ours, never a caller's. */
export interface SealedTable {
  name: string;
  id: string;
}

const CHUNK = 1000;
const EVERY_MS = 60 * 60_000;

/**
 * Wraps the keys of all records that an older key-encryption key wraps with the newest one; the sealed data itself stays as it is. Each chunk is a
 * transaction: killed in between, the next run goes on, and several at once share the work. @returns how many records it was.
 */
export async function rotateKeys(database: CoreDatabase, envelope: Pick<Envelope, 'rewrap' | 'currentVersion'>, tables: readonly SealedTable[]): Promise<number> {
  const current = await envelope.currentVersion();
  let rotated = 0;
  for (const table of tables) {
    for (let chunk = CHUNK; chunk === CHUNK; rotated += chunk) chunk = await rotateChunk(database, envelope, { ...table, current });
  }
  if (rotated > 0) {
    const entry = { actorId: null, action: 'personal-data.keys-rotated', entityType: 'PersonalDataKey', entityId: String(current), organizationId: null, payload: { records: rotated } };
    await transaction(database, (tx) => appendAudit(tx.sql, entry));
  }
  return rotated;
}

function rotateChunk(database: CoreDatabase, envelope: Pick<Envelope, 'rewrap'>, { name, id, current }: SealedTable & { current: number }): Promise<number> {
  return transaction(database, async (tx) => {
    const rows = await tx.sql.query<{ id: string; wrappedKey: Uint8Array; keyVersion: number }>(
      `SELECT ${id}::text AS id, wrapped_key AS "wrappedKey", key_version AS "keyVersion" FROM ${name} WHERE key_version < $1 ORDER BY key_version, ${id} LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED`,
      [current],
    );
    if (rows.length === 0) return 0;
    const renewed = await envelope.rewrap(rows.map(({ wrappedKey, keyVersion }) => ({ wrappedKey: Buffer.from(wrappedKey), keyVersion })));
    const change = renewed.map(({ wrappedKey, keyVersion }, index) => ({ id: rows[index]?.id, wrapped_key: wrappedKey.toString('base64'), key_version: keyVersion }));
    await tx.sql.execute(
      `UPDATE ${name} t SET wrapped_key = decode(r.wrapped_key, 'base64'), key_version = r.key_version
       FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, wrapped_key text, key_version int) WHERE t.${id} = r.id`,
      [JSON.stringify(change)],
    );
    return rows.length;
  });
}

/** How many records each table still has under older keys. */
export async function waitingForRotation(database: CoreDatabase, envelope: Pick<Envelope, 'currentVersion'>, tables: readonly SealedTable[]): Promise<{ current: number; waiting: number }> {
  const current = await envelope.currentVersion();
  const counts = await Promise.all(tables.map(({ name }) => database.$queryRawUnsafe<Array<{ count: number }>>(`SELECT count(*)::int AS count FROM ${name} WHERE key_version < $1`, current)));
  return { current, waiting: counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0) };
}

/** Rotates at once, then looks every hour: a new key needs a restart, and a run that failed is taken up again. */
export function createKeyRotation(database: CoreDatabase, envelope: Envelope, tables: readonly SealedTable[], logger: Logger): { close(): Promise<void> } {
  const run = async (): Promise<void> => {
    try {
      const records = await rotateKeys(database, envelope, tables);
      if (records > 0) logger.info({ records }, 'wrapped the keys of personal data with the newest key');
    } catch (error) {
      logger.error({ err: error }, 'could not rotate the keys of personal data, will try again');
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
