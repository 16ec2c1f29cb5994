import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction, type Pool } from '#kernel/db';
import { createRelay, type Relay, type RelayBatch } from '#kernel/events';
import type { Logger } from '#kernel/telemetry';
import { holdsLease } from './lease';

/** What has not reached core yet. */
export interface Pending {
  pendingEvents: number;
  pendingAudit: number;
}

/** What an instance does without being asked. It may always run: only the generation that holds the lease moves anything. */
export interface BackgroundWork {
  start(): void;
  /** Says that there may be news. */
  wake(): void;
  /** Tries for a while to hand over all that is left, then stops. May be called again, to try again. */
  drain(): Promise<Pending>;
  close(): Promise<void>;
}

export interface BackgroundOptions {
  pool: Pool;
  logger: Logger;
  generation: number;
  publish(batch: RelayBatch): Promise<void>;
}

const FLUSH_MS = 4000;
const LOOK_MS = 25;

export function createBackgroundWork(options: BackgroundOptions): BackgroundWork {
  const { pool, logger, generation, publish } = options;
  let relay: Relay | null = null;
  const start = (): void => {
    relay ??= createRelay({ pool, logger, publish, relaysAudit: true, mayRelay: (tx) => holdsLease(tx, generation) });
  };
  const close = async (): Promise<void> => {
    const running = relay;
    relay = null;
    await running?.close();
  };
  const drain = async (): Promise<Pending> => {
    start();
    let left = await pending(pool);
    const deadline = Date.now() + FLUSH_MS;
    while (left.pendingEvents + left.pendingAudit > 0 && Date.now() < deadline && (await isHolder(pool, generation))) {
      relay?.wake();
      await sleep(LOOK_MS);
      left = await pending(pool);
    }
    await close();
    return pending(pool);
  };
  return { start, close, drain, wake: () => relay?.wake() };
}

/** A stale generation cannot hand anything over, so it need not wait. */
async function isHolder(pool: Pool, generation: number): Promise<boolean> {
  return inTransaction(pool, (tx) => holdsLease(tx, generation));
}

async function pending(pool: Pool): Promise<Pending> {
  const { rows } = await pool.query<Pending>(
    `SELECT (SELECT count(*)::int FROM outbox_event WHERE published_at IS NULL) AS "pendingEvents",
            (SELECT count(*)::int FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_relayed r WHERE r.id = e.id)) AS "pendingAudit"`,
  );
  return rows[0] ?? { pendingEvents: 0, pendingAudit: 0 };
}
