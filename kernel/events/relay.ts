import { inTransaction, type Pool, type SqlTransaction } from '#kernel/db';
import type { Logger } from '#kernel/telemetry';
import type { AuditEntry } from './audit';
import type { EventEnvelope } from './catalogue';
import { toCloudEvent, type CloudEvent } from './cloud-events';

/** A batch as it goes over the wire to core: events as CloudEvents. */
export function toWire({ events, audit }: RelayBatch): { events: CloudEvent[]; audit: AuditEntry[] } {
  return { events: events.map(toCloudEvent), audit };
}

/** What one turn of the relay hands over. `audit` stays empty where audit entries need no relaying (core). */
export interface RelayBatch {
  events: EventEnvelope[];
  audit: AuditEntry[];
}

export interface RelayOptions {
  pool: Pool;
  logger: Logger;
  /** Whether audit entries travel too (true in every database but core's). */
  relaysAudit: boolean;
  /** Hands a batch over; returns when the receiver has it for good. Called again with the same batch after any failure. What it writes with `tx` commits with that. */
  publish(batch: RelayBatch, tx: SqlTransaction): Promise<void>;
  /** Told after the commit of a turn that has moved something. */
  published?(): void;
  /** Runs inside the relay's transaction, when there is something to relay; false means that this process is no longer the one to relay. */
  mayRelay?(tx: SqlTransaction): Promise<boolean>;
  /** Marks events as published, given in the order in which they were; runs inside the relay's transaction. Default: sets `published_at`. */
  markPublished?(tx: SqlTransaction, ids: readonly string[]): Promise<void>;
}

export interface Relay {
  /** Says that there may be news; cheap, never throws. */
  wake(): void;
  close(): Promise<void>;
}

const BATCH = 200;
const POLL_MS = 1000;
const EVENT_COLUMNS = `id, name, version, project_id AS "projectId", aggregate_type AS "aggregateType", aggregate_id AS "aggregateId",
  occurred_at AS "occurredAt", correlation_id AS "correlationId", payload`;
const AUDIT_COLUMNS = `id, occurred_at AS "occurredAt", actor_type AS "actorType", actor_id AS "actorId", action, entity_type AS "entityType",
  entity_id AS "entityId", organization_id AS "organizationId", project_id AS "projectId", correlation_id AS "correlationId", ip, payload`;

/**
 * Moves events from the outbox to their receiver, at least once and in order. Woken by {@link Relay.wake}, polling as a net.
 * Several relays on one database take turns (advisory lock), so that order is kept.
 */
export function createRelay(options: RelayOptions): Relay {
  let closed = false;
  let pending = true;
  let rouse: () => void = () => undefined;
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!closed) {
      pending = false;
      const moved = await relayOnce(options).catch((error: unknown) => {
        options.logger.warn({ err: error }, 'relaying events failed, will try again');
        return -1;
      });
      failures = moved < 0 ? failures + 1 : 0;
      if (moved > 0) options.published?.();
      if (moved <= 0 && !pending && !closed) await sleep(failures ? Math.min(250 * 2 ** failures, 10_000) : POLL_MS);
    }
  };
  const running = run();
  return {
    wake: () => {
      pending = true;
      rouse();
    },
    close: async () => {
      closed = true;
      rouse();
      await running;
    },
  };
}

/** One turn: returns how many rows it moved. */
async function relayOnce(options: RelayOptions): Promise<number> {
  return inTransaction(options.pool, async (tx) => {
    const [lock] = await tx.query<{ held: boolean }>(`SELECT pg_try_advisory_xact_lock(hashtext('outbox relay')) AS held`, []);
    if (!lock?.held) return 0;
    const events = await tx.query<EventEnvelope>(
      `SELECT ${EVENT_COLUMNS} FROM outbox_event WHERE published_at IS NULL ORDER BY seq LIMIT ${BATCH}`,
      [],
    );
    const audit = options.relaysAudit
      ? await tx.query<AuditEntry>(
          `SELECT ${AUDIT_COLUMNS} FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_relayed r WHERE r.id = e.id) ORDER BY e.seq LIMIT ${BATCH}`,
          [],
        )
      : [];
    if (events.length + audit.length === 0) return 0;
    // Asked only now: a row lock makes a turn a write, and idle turns, one a second in each database, should cost none.
    if (options.mayRelay && !(await options.mayRelay(tx))) return 0;
    await options.publish(JSON.parse(JSON.stringify({ events, audit })) as RelayBatch, tx);
    await (options.markPublished ?? setPublishedAt)(tx, events.map((event) => event.id));
    if (audit.length > 0) {
      await tx.execute('INSERT INTO audit_relayed (id) SELECT unnest($1::uuid[])', [audit.map((entry) => entry.id)]);
    }
    return events.length + audit.length;
  });
}

async function setPublishedAt(tx: SqlTransaction, ids: readonly string[]): Promise<void> {
  await tx.execute('UPDATE outbox_event SET published_at = now() WHERE id = ANY($1::uuid[])', [ids]);
}
