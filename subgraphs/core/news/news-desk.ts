import pg from 'pg';
import { createPool, type Pool } from '#kernel/db';
import { createRelay, type RelayOptions } from '#kernel/events';
import type { Logger, Metrics } from '#kernel/telemetry';
import { addressEvents, createDeliveries, deliveryFigures } from './deliveries';
import type { Subscriber } from './subscribers';

export interface NewsDesk {
  close(): Promise<void>;
}

export interface NewsDeskDeps {
  pool: Pool;
  databaseUrl: string;
  logger: Logger;
  metrics: Metrics;
  subscribers: readonly Subscriber[];
  /** Gives events their place in the feed. */
  markPublished: RelayOptions['markPublished'];
}

const CONCURRENCY = 8;

/** Moves events from core's outbox to their subscribers (ADR 0022). */
export async function createNewsDesk(deps: NewsDeskDeps): Promise<NewsDesk> {
  const { logger, subscribers } = deps;
  const connections = createPool(deps.databaseUrl, { max: CONCURRENCY, name: 'rahat-deliveries' });
  const deliveries = createDeliveries({ pool: connections, logger, subscribers, concurrency: CONCURRENCY });
  const published = deps.metrics.counter('rahat_events_published_total', 'Events that were published, by name.', ['event']);
  const relay = createRelay({
    pool: deps.pool,
    logger,
    relaysAudit: false,
    markPublished: deps.markPublished,
    publish: async ({ events }, tx) => {
      await addressEvents(tx, subscribers, events);
      // What happens in the organisation, counted by the names of its news: people registered, vendors approved, vouchers redeemed.
      for (const { name } of events) published.inc({ event: name });
    },
    published: deliveries.wake,
  });
  measure(deps);
  // Only wakes the relay sooner: when the connection is lost the relay's own polling goes on.
  const listener = new pg.Client({ connectionString: deps.databaseUrl, application_name: 'rahat-relay', keepAlive: true });
  listener.on('error', (error) => logger.warn({ err: error }, 'the relay is no longer woken by the database'));
  listener.on('notification', () => relay.wake());
  await listener.connect();
  await listener.query('LISTEN outbox');
  return {
    close: async () => {
      await relay.close();
      await deliveries.close();
      await Promise.all([listener.end(), connections.end()]);
    },
  };
}

function measure({ pool, metrics }: NewsDeskDeps): void {
  // One look for all figures of a scrape.
  let look: ReturnType<typeof deliveryFigures> | null = null;
  const figures = () => (look ??= deliveryFigures(pool).finally(() => (look = null)));
  const gauge = (name: string, help: string, figure: keyof Awaited<ReturnType<typeof figures>>) => metrics.gauge(name, help, [], async (one) => one.set((await figures())[figure]));
  gauge('rahat_outbox_pending', 'Events that are not yet published.', 'unpublished');
  gauge('rahat_outbox_lag_seconds', 'Age of the oldest event that is not yet published.', 'lag');
  gauge('rahat_event_deliveries_waiting', 'Deliveries of events on their way to subscribers.', 'waiting');
  gauge('rahat_event_delivery_oldest_seconds', 'Age of the oldest delivery that is not parked.', 'oldest');
  gauge('rahat_events_parked', 'Deliveries of events that failed too often and wait for somebody.', 'parked');
}
