import { z } from 'zod';
import { createPool, fromPg, inTransaction, type Pool } from '#kernel/db';
import { appendEvents, defineEvent } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import { useTestDatabase } from '../../../tests/kit/database';
import { FeedRepository, createFeedStream, type FeedStream } from '.';
import { createLine, type Line, type Reader } from './testing/line';

const counted = defineEvent({ name: 'thing.counted', version: 1, payload: z.object({}), sentence: 'A thing was counted.' });
const database = useTestDatabase('core');
let pool: Pool;
let feed: FeedRepository;
let stream: FeedStream;
let line: Line;
let rowsRead = 0;
const readers: Reader[] = [];

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  const sql = fromPg(pool);
  const counting: typeof sql.query = async (text, params) => {
    const rows = await sql.query<never>(text, params);
    rowsRead += rows.length;
    return rows;
  };
  feed = new FeedRepository({ ...sql, query: counting });
  line = await createLine();
  stream = await createFeedStream(feed, { databaseUrl: database().serviceUrl, logger: createLogger({ name: 'test', level: 'silent' }) });
  stream.mount(line.server);
  await line.listen();
});
afterEach(() => readers.splice(0).forEach((reader) => reader.close()));
afterAll(async () => {
  await stream.close();
  await line.close();
  await pool.end();
});

async function read(lastEventId?: string): Promise<Reader> {
  const reader = await line.read(lastEventId);
  readers.push(reader);
  return reader;
}

/** Publishes so many events. @returns their positions. */
async function publish(count: number): Promise<string[]> {
  const from = BigInt(await feed.newest());
  const event = { definition: counted, aggregateType: 'Thing', aggregateId: 'one', payload: {} };
  await inTransaction(pool, async (tx) => {
    await feed.publish(tx, await appendEvents(tx, Array.from({ length: count }, () => event)));
  });
  return Array.from({ length: count }, (_, n) => String(from + BigInt(n) + 1n));
}

test('a new reader is told where the feed stands, and then only what comes', async () => {
  await publish(3);
  const reader = await read();
  const position = await feed.newest();
  expect(await reader.next()).toEqual({ id: position, event: 'ready', data: { position } });
  const [next] = await publish(1);
  expect(await reader.next()).toEqual({ id: next, event: 'event', data: expect.objectContaining({ position: next, name: 'thing.counted', projectId: null }) });
});

test('a reader that was away misses nothing and gets nothing twice, however far it is behind', async () => {
  const before = await publish(2);
  const missed = await publish(1234);
  const reader = await read(before[1]);
  expect(await reader.positions(1234)).toEqual(missed);
  expect(await reader.next()).toMatchObject({ event: 'ready', id: missed.at(-1) });
  const live = await publish(2);
  expect(await reader.positions(2)).toEqual(live);
});

test('readers that come and go while events are published see each event once, in order', async () => {
  let position = await feed.newest();
  const published: string[] = [];
  const seen: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const reader = await read(position);
    published.push(...(await publish(7)));
    const got = await reader.positions(round + 3); // it goes before it has read everything
    reader.close();
    seen.push(...got);
    position = got.at(-1) ?? position;
  }
  const last = await read(position);
  seen.push(...(await last.positions(published.length - seen.length)));
  expect(seen).toEqual(published);
});

test('a reader whose position is no longer, or was never, retained is told of the gap, and that is the end', async () => {
  const [old = ''] = await publish(2);
  await pool.query(`UPDATE outbox_event SET published_at = now() - interval '8 days'`);
  while ((await feed.prune(new Date(Date.now() - 7 * 86_400_000), 1000)) > 0);
  for (const position of [old, '999999999', 'abc', '-1']) {
    const reader = await read(position);
    expect(await reader.next()).toEqual({ id: null, event: 'gap', data: {} });
    expect(await reader.next()).toBeNull();
  }
  expect(await (await read(await feed.newest())).next()).toMatchObject({ event: 'ready' });
});

test('a reader that does not read holds up the reading of the database, and gets everything when it goes on', async () => {
  const from = await feed.newest();
  for (let n = 0; n < 20; n += 1) await publish(5000);
  rowsRead = 0;
  const slow = await read(from);
  const [first] = await slow.positions(1);
  let before = -1;
  while (before !== rowsRead) {
    before = rowsRead;
    await new Promise((wake) => setTimeout(wake, 300));
  }
  expect(rowsRead).toBeLessThan(50_000); // what fits into the sockets' buffers
  const quick = await read(await feed.newest());
  expect(await quick.next()).toMatchObject({ event: 'ready' }); // others are not held up
  const rest = await slow.positions(99_999);
  expect([first, rest.at(-1), new Set(rest).size]).toEqual([String(BigInt(from) + 1n), await feed.newest(), 99_999]);
}, 60_000);

test('only gateways may read', async () => {
  for (const other of [identity.worker, identity.projectInstance('p', 'i')]) expect((await line.read(undefined, other)).status).toBe(403);
});

test('at shutdown the streams end, also that of a reader that does not read', async () => {
  const from = await feed.newest();
  for (let n = 0; n < 20; n += 1) await publish(5000);
  const ending = await createFeedStream(feed, { databaseUrl: database().serviceUrl, logger: createLogger({ name: 'test', level: 'silent' }) });
  const other = await createLine();
  ending.mount(other.server);
  await other.listen();
  const idle = await other.read();
  expect(await idle.next()).toMatchObject({ event: 'ready' });
  const stuck = await other.read(from);
  await stuck.positions(1);
  await ending.close();
  expect(await idle.next()).toBeNull();
  await expect(stuck.positions(100_000)).rejects.toThrow();
  await other.close();
}, 60_000);
