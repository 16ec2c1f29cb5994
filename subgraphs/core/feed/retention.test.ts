import { z } from 'zod';
import { createPool, fromPg, inTransaction, type Pool } from '#kernel/db';
import { appendEvents, defineEvent } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { useTestDatabase } from '../../../tests/kit/database';
import { FeedRepository, createRetention } from '.';

const counted = defineEvent({ name: 'thing.counted', version: 1, payload: z.object({}), sentence: 'A thing was counted.' });
const database = useTestDatabase('core');
const logger = createLogger({ name: 'test', level: 'silent' });
let pool: Pool;

beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 4, name: 'test' });
});
afterAll(() => pool.end());

async function publish(feed: FeedRepository, aggregateId: string, count: number): Promise<void> {
  const event = { definition: counted, aggregateType: 'Thing', aggregateId, payload: {} };
  await inTransaction(pool, async (tx) => feed.publish(tx, await appendEvents(tx, Array.from({ length: count }, () => event))));
}

test('what was published longer ago than is retained goes, however much it is; the rest stays', async () => {
  const feed = new FeedRepository(fromPg(pool));
  await publish(feed, 'old', 2500);
  await pool.query(`UPDATE outbox_event SET published_at = now() - interval '49 hours'`);
  await publish(feed, 'new', 10);
  const left = async (): Promise<string[]> => (await pool.query('SELECT aggregate_id FROM outbox_event')).rows.map((row) => row.aggregate_id as string);
  const kept = createRetention(feed, { hours: 50, logger });
  await kept.close(); // waits for what it has begun
  expect(await left()).toHaveLength(2510);
  const retention = createRetention(feed, { hours: 48, logger });
  while ((await left()).includes('old')) await new Promise((wake) => setTimeout(wake, 20));
  await retention.close();
  expect(await left()).toEqual(Array.from({ length: 10 }, () => 'new'));
});

test('trouble with the database now does not end the pruning', async () => {
  const warn = jest.fn();
  const broken = new FeedRepository({ execute: () => Promise.reject(new Error('down')), query: () => Promise.reject(new Error('down')) });
  const retention = createRetention(broken, { hours: 1, logger: { ...logger, warn } as never });
  await retention.close();
  expect(warn).toHaveBeenCalledTimes(1);
});
