import { fromPg, inTransaction, type Pool, type SqlTransaction } from '#kernel/db';
import type { EventEnvelope } from '#kernel/events';
import { runWithin, type Logger } from '#kernel/telemetry';
import { faultOf } from './fault';
import type { Subscriber } from './subscribers';

export interface DeliveriesDeps {
  /** One connection for each delivery under way, besides those that handlers use. */
  pool: Pool;
  logger: Logger;
  subscribers: readonly Subscriber[];
  /** How many deliveries are under way at once. */
  concurrency: number;
  /** How long the first pause after a failure is; later ones double. Default 250. */
  backoffMs?: number;
}

/** How often a delivery is tried before it is parked: with the pauses between, for about an hour. */
export const ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 300_000;
const POLL_MS = 1000;

interface Delivery {
  subscriber: string;
  eventId: string;
  event: EventEnvelope;
  attempts: number;
}

/** Writes down who is to have which events, in the transaction that publishes them, in their order. Again for the same event changes nothing. */
export async function addressEvents(tx: SqlTransaction, subscribers: readonly Subscriber[], events: readonly EventEnvelope[]): Promise<void> {
  const addressed = events.flatMap((event) => subscribers.filter(({ wants }) => wants(event.name)).map(({ name }) => ({ subscriber: name, event })));
  if (addressed.length === 0) return;
  await tx.execute(
    `INSERT INTO event_delivery (subscriber, event_id, event_name, project_id, aggregate_type, aggregate_id, event)
     SELECT d.subscriber, (d.event->>'id')::uuid, d.event->>'name', (d.event->>'projectId')::uuid, d.event->>'aggregateType', d.event->>'aggregateId', d.event
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (subscriber text, event jsonb)) WITH ORDINALITY AS d(subscriber, event, n) ORDER BY d.n
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(addressed)],
  );
}

/**
 * Delivers what is due: at least once, to each subscriber on its own, and in order for each aggregate: while an event of a thing is tried again, later ones
 * of the same thing wait for it, and nothing else does. What fails too often is parked, and then the later ones go on without it.
 *
 * The row of a delivery stays locked while its subscriber works. A process that is killed gives it up with its connection, at once.
 */
export function createDeliveries({ pool, logger, subscribers, concurrency, backoffMs = 250 }: DeliveriesDeps): { wake(): void; close(): Promise<void> } {
  const byName = new Map(subscribers.map((subscriber) => [subscriber.name, subscriber]));
  let closed = false;
  const sleepers = new Set<() => void>();
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const rouse = (): void => {
        clearTimeout(timer);
        sleepers.delete(rouse);
        resolve();
      };
      const timer = setTimeout(rouse, ms);
      sleepers.add(rouse);
    });
  const rouseAll = (): void => [...sleepers].forEach((rouse) => rouse());
  const deliverNext = (): Promise<boolean> =>
    inTransaction(pool, async (tx) => {
      const delivery = await nextDelivery(tx);
      if (!delivery) return false;
      const fault = await handled(delivery);
      if (fault === null) await tx.execute('DELETE FROM event_delivery WHERE subscriber = $1 AND event_id = $2::uuid', [delivery.subscriber, delivery.eventId]);
      else await putOff(tx, delivery, fault);
      return true;
    });
  const handled = async ({ subscriber, event, attempts }: Delivery): Promise<string | null> => {
    // What an event causes belongs to the request that caused the event, what goes wrong with it too.
    return runWithin({ requestId: event.correlationId, eventId: event.id }, async () => {
      try {
        await byName.get(subscriber)?.handle(event);
        return null;
      } catch (error) {
        logger.warn({ err: error, subscriber, event: event.id, eventName: event.name, attempt: attempts + 1 }, 'an event could not be delivered');
        return faultOf(error);
      }
    });
  };
  const putOff = async (tx: SqlTransaction, { subscriber, eventId, attempts, event }: Delivery, fault: string): Promise<void> => {
    const parked = attempts + 1 >= ATTEMPTS;
    const pauseMs = Math.min(backoffMs * 2 ** attempts, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);
    await tx.execute(
      `UPDATE event_delivery SET attempts = attempts + 1, error = $3, due_at = now() + $4::float8 * interval '1 millisecond', parked_at = CASE WHEN $5::boolean THEN now() END
       WHERE subscriber = $1 AND event_id = $2::uuid`,
      [subscriber, eventId, fault, pauseMs, parked],
    );
    if (parked) logger.error({ subscriber, event: eventId, eventName: event.name }, 'an event is parked: it failed too often');
  };
  const run = async (): Promise<void> => {
    while (!closed) {
      const busy = await deliverNext().catch((error: unknown) => {
        logger.warn({ err: error }, 'delivering events failed, will try again');
        return false;
      });
      if (!busy && !closed) await sleep(POLL_MS);
    }
  };
  const running = Promise.all(Array.from({ length: concurrency }, run));
  return {
    wake: rouseAll,
    close: async () => {
      closed = true;
      rouseAll();
      await running;
    },
  };
}

/** The next that is due and waits for none of its aggregate; nobody else takes it while the transaction lasts. */
async function nextDelivery(tx: SqlTransaction): Promise<Delivery | null> {
  const [delivery] = await tx.query<Delivery>(
    `SELECT d.subscriber, d.event_id AS "eventId", d.event, d.attempts FROM event_delivery d
     WHERE d.parked_at IS NULL AND d.due_at <= now() AND NOT EXISTS (
       SELECT FROM event_delivery earlier WHERE earlier.subscriber = d.subscriber AND earlier.aggregate_type = d.aggregate_type
         AND earlier.aggregate_id = d.aggregate_id AND earlier.seq < d.seq AND earlier.parked_at IS NULL)
     ORDER BY d.seq LIMIT 1 FOR UPDATE OF d SKIP LOCKED`,
    [],
  );
  return delivery ?? null;
}

/** What is on its way: how many, since when (seconds), how many are parked; and how old the oldest is that is not yet published. */
export async function deliveryFigures(pool: Pool): Promise<{ waiting: number; oldest: number; parked: number; unpublished: number; lag: number }> {
  const [figures] = await fromPg(pool).query<{ waiting: number; oldest: number; parked: number; unpublished: number; lag: number }>(
    `SELECT (SELECT count(*)::int FROM event_delivery WHERE parked_at IS NULL) AS waiting,
       coalesce((SELECT extract(epoch FROM now() - created_at)::float8 FROM event_delivery WHERE parked_at IS NULL ORDER BY seq LIMIT 1), 0) AS oldest,
       (SELECT count(*)::int FROM event_delivery WHERE parked_at IS NOT NULL) AS parked,
       (SELECT count(*)::int FROM outbox_event WHERE published_at IS NULL) AS unpublished,
       coalesce((SELECT extract(epoch FROM now() - occurred_at)::float8 FROM outbox_event WHERE published_at IS NULL ORDER BY seq LIMIT 1), 0) AS lag`,
    [],
  );
  return figures ?? { waiting: 0, oldest: 0, parked: 0, unpublished: 0, lag: 0 };
}
