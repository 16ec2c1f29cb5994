import type { Pool } from '#kernel/db';
import type { Logger } from '#kernel/telemetry';
import { createUpkeep } from '../upkeep';

const EVERY_MS = 60 * 60_000;
const BATCH = 5000;
/** An event is delivered within hours, or parked; whoever replays one after so long is told twice. */
const INBOX_DAYS = 90;
/** A client that repeats a change after so long repeats it. */
const KEY_DAYS = 30;

/** Forgets which events were applied, and which keys were used, once neither can come again: at once, then every hour, in batches. */
export function createMemoryRetention(pool: Pool, logger: Logger): { close(): Promise<void> } {
  return createUpkeep((closing) => forget(pool, closing), { everyMs: EVERY_MS, logger, failure: 'could not forget old events and keys' });
}

export async function forget(pool: Pool, closing?: AbortSignal): Promise<void> {
  const old = [
    `DELETE FROM inbox_event WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox_event WHERE processed_at < now() - interval '${INBOX_DAYS} days' LIMIT ${BATCH}))`,
    `DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '${KEY_DAYS} days' LIMIT ${BATCH}))`,
  ];
  for (const sql of old) while (!closing?.aborted && ((await pool.query(sql)).rowCount ?? 0) === BATCH);
}
