import { z } from 'zod';
import type { Pool } from '#kernel/db';
import { createRelay, eventEnvelopeSchema, type RelayOptions } from '#kernel/events';
import { defineJob, type Jobs } from '#kernel/jobs';
import { runWithin, type Logger } from '#kernel/telemetry';
import pg from 'pg';
import type { Subscriber } from './subscribers';

/** One event for one subscriber: each retries on its own, so that one that fails does not hold up the others. */
const deliverEvent = defineJob({
  name: 'deliver-event',
  schema: z.object({ subscriber: z.string(), event: eventEnvelopeSchema }),
  concurrency: 16,
  attempts: 30,
});

export interface NewsDesk {
  close(): Promise<void>;
}

export interface NewsDeskDeps {
  pool: Pool;
  databaseUrl: string;
  jobs: Jobs;
  logger: Logger;
  subscribers: readonly Subscriber[];
  /** Gives events their place in the feed. */
  markPublished: RelayOptions['markPublished'];
}

/** Moves events from core's outbox to BullMQ and from there to their subscribers. */
export async function createNewsDesk(deps: NewsDeskDeps): Promise<NewsDesk> {
  const byName = new Map(deps.subscribers.map((subscriber) => [subscriber.name, subscriber]));
  deps.jobs.implement(deliverEvent, async ({ subscriber, event }) => runWithin({ requestId: event.correlationId, eventId: event.id }, () => byName.get(subscriber)?.handle(event)));

  const relay = createRelay({
    pool: deps.pool,
    logger: deps.logger,
    relaysAudit: false,
    markPublished: deps.markPublished,
    publish: async ({ events }) => {
      for (const event of events) {
        for (const { name, wants } of deps.subscribers) {
          if (wants(event.name)) await deps.jobs.enqueue(deliverEvent, { subscriber: name, event }, { deduplicationId: `${event.id} ${name}` });
        }
      }
    },
  });
  // Only wakes the relay sooner: when the connection is lost the relay's own polling goes on.
  const listener = new pg.Client({ connectionString: deps.databaseUrl, application_name: 'rahat-relay', keepAlive: true });
  listener.on('error', (error) => deps.logger.warn({ err: error }, 'the relay is no longer woken by the database'));
  listener.on('notification', () => relay.wake());
  await listener.connect();
  await listener.query('LISTEN outbox');
  return {
    close: async () => {
      await relay.close();
      await listener.end();
    },
  };
}
