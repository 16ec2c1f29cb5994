import { z } from 'zod';
import { createPool, fromPg, inTransaction, type Pool } from '#kernel/db';
import { appendEvents, createRelay, defineEvent } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { addressEvents, createDeliveries } from '../../subgraphs/core/news/deliveries';
import type { Subscriber } from '../../subgraphs/core/news';
import { FeedRepository } from '../../subgraphs/core/feed';
import { createCoreDatabase } from '../core-database';
import { table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { percentile } from '../statistics';

const EVENTS = 20_000;
const ONE_BY_ONE = 300;

const counted = defineEvent({ name: 'bench.counted', version: 1, payload: z.object({ n: z.number() }), sentence: 'Something was counted.' });

/** How fast events go from the commit of a change to a subscriber. */
export async function measureEvents(root: string): Promise<Report> {
  const database = await createCoreDatabase(root);
  const pool = createPool(database.serviceUrl, { max: 20, name: 'bench' });
  const heard = new Map<number, () => void>();
  const subscriber: Subscriber = { name: 'bench', wants: () => true, handle: async ({ payload }) => heard.get((payload as { n: number }).n)?.() };
  const logger = createLogger({ name: 'bench', level: 'error' });
  const deliveries = createDeliveries({ pool, logger, subscribers: [subscriber], concurrency: 8 });
  const feed = new FeedRepository(fromPg(pool));
  const relay = createRelay({ pool, logger, relaysAudit: false, publish: ({ events }, tx) => addressEvents(tx, [subscriber], events), markPublished: (tx, ids) => feed.publish(tx, ids), published: deliveries.wake });
  try {
    say('events: one by one');
    const latencies: number[] = [];
    for (let n = 0; n < ONE_BY_ONE + 20; n += 1) {
      const arrived = new Promise<void>((resolve) => heard.set(n, resolve));
      await write(pool, [n]);
      const committed = performance.now();
      relay.wake();
      await arrived;
      if (n >= 20) latencies.push(performance.now() - committed);
    }
    say(`events: ${EVENTS.toLocaleString('en')} at once`);
    const numbers = Array.from({ length: EVENTS }, (_, n) => n + 1_000_000);
    let left = EVENTS;
    const all = new Promise<void>((resolve) => numbers.forEach((n) => heard.set(n, () => (left -= 1) === 0 && resolve())));
    const start = performance.now();
    for (let from = 0; from < EVENTS; from += 1000) await write(pool, numbers.slice(from, from + 1000));
    await all;
    const seconds = (performance.now() - start) / 1000;
    return {
      title: 'Events',
      blocks: [
        `From the commit of a change through outbox, feed and delivery to a subscriber that does nothing: ${ONE_BY_ONE} one after the other, and ${EVENTS.toLocaleString('en')} that are written in transactions of 1,000, each about another thing, counted until the last one has arrived.`,
        table(['p50 ms', 'p99 ms', 'events/s'], [[percentile(latencies, 0.5).toFixed(1), percentile(latencies, 0.99).toFixed(1), Math.round(EVENTS / seconds).toLocaleString('en')]]),
      ],
    };
  } finally {
    await relay.close();
    await deliveries.close();
    await pool.end();
    await database.drop();
  }
}

async function write(pool: Pool, numbers: readonly number[]): Promise<void> {
  await inTransaction(pool, (tx) => appendEvents(tx, numbers.map((n) => ({ definition: counted, aggregateType: 'Bench', aggregateId: String(n), payload: { n } }))));
}
