import { z } from 'zod';
import { createPool, fromPg, inTransaction, migrate, readMigrations, type Pool, type SqlTransaction } from '#kernel/db';
import { appendEvent, appendEvents, createRelay, defineEvent, type Relay } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { createTestDatabase, useTestDatabase } from '../../../tests/kit/database';
import { FeedRepository } from '.';

const counted = defineEvent({ name: 'thing.counted', version: 3, payload: z.object({ secret: z.string() }), sentence: 'A thing was counted.' });
const database = useTestDatabase('core');
const logger = createLogger({ name: 'test', level: 'silent' });
const relays: Relay[] = [];
let pool: Pool;
let feed: FeedRepository;

beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 16, name: 'test' });
  feed = new FeedRepository(fromPg(pool));
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
  await pool.query('DELETE FROM outbox_event');
});
afterAll(() => pool.end());

const thing = (aggregateId: string) => ({ definition: counted, aggregateType: 'Thing', aggregateId, payload: { secret: 'Jane' } });

function relay(): Relay {
  const started = createRelay({ pool, logger, relaysAudit: false, publish: async () => undefined, markPublished: (tx, ids) => feed.publish(tx, ids) });
  relays.push(started);
  return started;
}

/** Publishes what is in the outbox, in one turn of its own. */
async function publishAll(): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const rows = await tx.query<{ id: string }>('SELECT id FROM outbox_event WHERE published_at IS NULL ORDER BY seq', []);
    await feed.publish(tx, rows.map(({ id }) => id));
  });
}

async function published(...names: string[]): Promise<string[]> {
  await inTransaction(pool, (tx) => appendEvents(tx, names.map(thing)));
  await publishAll();
  const { events } = await feed.after('0', 10_000);
  return events.slice(-names.length).map(({ position }) => position);
}

const age = (position: string, hours: number) => pool.query(`UPDATE outbox_event SET published_at = now() - interval '1 hour' * $2 WHERE position <= $1`, [position, hours]);
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

test('an event stands in the feed without its payload', async () => {
  const from = await feed.newest();
  const id = await inTransaction(pool, (tx) => appendEvent(tx, thing('one')));
  expect((await feed.after(from, 10)).events).toEqual([]);
  expect(await feed.find(id)).toBeNull();
  await publishAll();
  const { events } = await feed.after(from, 10);
  const occurredAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(events).toEqual([{ position: await feed.newest(), id, name: 'thing.counted', version: 3, projectId: null, aggregateType: 'Thing', aggregateId: 'one', occurredAt }]);
  expect(await feed.find(id)).toEqual(events[0]);
});

test('what is written first but commits last stands last: who has seen a position never meets a smaller one later', async () => {
  const from = await feed.newest();
  relay();
  const seen: string[] = [];
  let position = from;
  const readOn = async (): Promise<void> => {
    const { events } = await feed.after(position, 7);
    seen.push(...events.map((event) => event.aggregateId));
    position = events.at(-1)?.position ?? position;
  };
  // Each transaction takes its place in the outbox at once and commits in another order.
  const writers = Array.from({ length: 40 }, (_, n) =>
    inTransaction(pool, async (tx: SqlTransaction) => {
      await appendEvents(tx, [thing(`${n}a`), thing(`${n}b`)]);
      await new Promise((wake) => setTimeout(wake, (n * 37) % 50));
    }),
  );
  const writing = Promise.all(writers);
  while (seen.length < 80) {
    for (const later of relays) later.wake();
    await readOn();
  }
  await writing;
  const { events } = await feed.after(from, 1000);
  expect(seen).toEqual(events.map(({ aggregateId }) => aggregateId));
  expect(new Set(seen).size).toBe(80);
  const outOfOrder = (await pool.query('SELECT aggregate_id FROM outbox_event ORDER BY seq')).rows.map((row) => row.aggregate_id as string);
  expect(outOfOrder).not.toEqual(seen);
});

test('a relay whose turn fails leaves no trace in the feed', async () => {
  const from = await feed.newest();
  const [first] = await published('one');
  await inTransaction(pool, (tx) => appendEvent(tx, thing('two')));
  await expect(
    inTransaction(pool, async (tx) => {
      const rows = await tx.query<{ id: string }>('SELECT id FROM outbox_event WHERE published_at IS NULL', []);
      await feed.publish(tx, rows.map(({ id }) => id));
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect(await feed.newest()).toBe(first);
  await publishAll();
  expect((await feed.after(from, 10)).events.map(({ aggregateId }) => aggregateId)).toEqual(['one', 'two']);
});

test('pruning takes the oldest that have expired, and from then on only later positions can be resumed from', async () => {
  const [one = '', two = '', three = '', four = ''] = await published('one', 'two', 'three', 'four');
  await age(two, 24 * 8);
  expect(await feed.prune(daysAgo(7), 1)).toBe(1);
  expect(await feed.prune(daysAgo(7), 10)).toBe(1);
  expect(await feed.prune(daysAgo(7), 10)).toBe(0);
  expect((await feed.after(one, 10)).gap).toBe(true);
  expect(await feed.after(two, 10)).toMatchObject({ gap: false, events: [{ position: three }, { position: four }] });
});

test('positions go on growing when everything was pruned, and who has seen the last one has missed nothing', async () => {
  const [last = ''] = await published('one');
  await age(last, 24 * 8);
  expect(await feed.prune(daysAgo(7), 10)).toBe(1);
  expect(await feed.after(last, 10)).toEqual({ gap: false, events: [] });
  const [next = ''] = await published('two');
  expect(BigInt(next)).toBeGreaterThan(BigInt(last));
  expect((await feed.after(last, 10)).events).toHaveLength(1);
});

test('what is not published yet is never pruned', async () => {
  await inTransaction(pool, (tx) => appendEvent(tx, thing('waits')));
  await pool.query(`UPDATE outbox_event SET occurred_at = now() - interval '1 year'`);
  expect(await feed.prune(new Date(), 10)).toBe(0);
});

test('a position that this feed has not given yet is a gap', async () => {
  const ahead = (BigInt(await feed.newest()) + 1n).toString();
  expect(await feed.after(ahead, 10)).toEqual({ gap: true, events: [] });
});

test('what was published before there was a feed stands at its beginning, and what was not yet published comes after it', async () => {
  const old = await createTestDatabase('empty');
  const oldPool = createPool(old.url, { max: 1, name: 'test' });
  try {
    await migrate(old.url, readMigrations('prisma/core/migrations').slice(0, 1));
    await inTransaction(oldPool, (tx) => appendEvents(tx, ['one', 'two', 'three'].map(thing)));
    await oldPool.query(`UPDATE outbox_event SET published_at = now() WHERE aggregate_id <> 'two'`);
    await migrate(old.url, 'prisma/core/migrations');
    const grown = new FeedRepository(fromPg(oldPool));
    expect((await grown.after('0', 10)).events.map(({ aggregateId }) => aggregateId)).toEqual(['one', 'three']);
    const waiting = (await oldPool.query('SELECT id FROM outbox_event WHERE published_at IS NULL')).rows.map(({ id }) => id as string);
    await inTransaction(oldPool, (tx) => grown.publish(tx, waiting));
    expect((await grown.after('2', 10)).events).toMatchObject([{ position: '3', aggregateId: 'two' }]);
  } finally {
    await oldPool.end();
    await old.drop();
  }
});
