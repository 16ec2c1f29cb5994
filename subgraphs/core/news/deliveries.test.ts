import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createPool, inTransaction, newId, type Pool } from '#kernel/db';
import { appendEvents, createRelay, defineEvent, type EventEnvelope, type Relay } from '#kernel/events';
import { createLogger, currentRequest } from '#kernel/telemetry';
import { createTestDatabase, type TestDatabase } from '../../../tests/kit/database';
import { ATTEMPTS, addressEvents, createDeliveries, deliveryFigures } from './deliveries';
import type { Subscriber } from './subscribers';

const counted = defineEvent({ name: 'thing.counted', version: 1, payload: z.object({ n: z.number() }), sentence: 'A thing was counted.' });
const logger = createLogger({ name: 'test', level: 'silent' });

let database: TestDatabase;
let pool: Pool;
const closing: Array<() => Promise<void>> = [];

beforeEach(async () => {
  database = await createTestDatabase('core');
  pool = createPool(database.serviceUrl, { max: 20, name: 'test' });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await pool.end();
  await database.drop();
});

type Desk = ReturnType<typeof createDeliveries>;

function desk(subscribers: Subscriber[], concurrency = 6): Desk {
  const opened = createDeliveries({ pool, logger, subscribers, concurrency, backoffMs: 1 });
  closing.push(() => opened.close());
  return opened;
}

function relay(subscribers: Subscriber[], wake: () => void): Relay {
  const opened = createRelay({ pool, logger, relaysAudit: false, publish: ({ events }, tx) => addressEvents(tx, subscribers, events), published: wake });
  closing.push(() => opened.close());
  return opened;
}

/** Events 0, 1, 2 … of each thing. */
async function write(things: readonly string[], count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await inTransaction(pool, (tx) => appendEvents(tx, things.map((thing) => ({ definition: counted, aggregateType: 'Thing', aggregateId: thing, payload: { n } }))));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}

const nOf = (event: EventEnvelope): number => (event.payload as { n: number }).n;
const subscriber = (name: string, handle: Subscriber['handle']): Subscriber => ({ name, wants: (event) => event === 'thing.counted', handle });

it('brings each event to each subscriber, in order for each thing, whatever fails and however many work at once', async () => {
  const seen = new Map<string, number[]>();
  const wild = subscriber('wild', async (event) => {
    await sleep(Math.random() * 3);
    if (Math.random() < 0.3) throw new Error('not now');
    const key = event.aggregateId;
    seen.set(key, [...(seen.get(key) ?? []), nOf(event)]);
  });
  const calm: string[] = [];
  const subscribers = [wild, subscriber('calm', async ({ id }) => void calm.push(id))];
  const [one, two] = [desk(subscribers), desk(subscribers)];
  relay(subscribers, () => [one, two].forEach((each) => each.wake()));
  await write(['a', 'b', 'c', 'd'], 12);
  await until(async () => {
    one.wake();
    two.wake();
    return (await deliveryFigures(pool)).waiting === 0 && calm.length === 48;
  });
  const inOrder = Array.from({ length: 12 }, (_, n) => n);
  expect(Object.fromEntries(seen)).toEqual({ a: inOrder, b: inOrder, c: inOrder, d: inOrder });
  expect(new Set(calm).size).toBe(48);
});

it('parks what fails again and again, with what went wrong; nothing else has waited for it, and what came after it goes on', async () => {
  const got: string[] = [];
  const poisoned = subscriber('poisoned', async (event) => {
    if (event.aggregateId === 'bad' && nOf(event) === 0) throw Object.assign(new Error('Amina Otieno is no number'), { code: 'E_POISON' });
    got.push(`${event.aggregateId}${nOf(event)}`);
  });
  const work = desk([poisoned]);
  relay([poisoned], () => work.wake());
  await write(['bad', 'good'], 2);
  await until(() => got.includes('good1'));
  await pool.query(`UPDATE event_delivery SET attempts = ${ATTEMPTS - 1}, due_at = now() WHERE attempts > 0`);
  await until(async () => {
    work.wake();
    return got.includes('bad1');
  });
  const { rows } = await pool.query('SELECT subscriber, aggregate_id, attempts, error, parked_at IS NOT NULL AS parked FROM event_delivery');
  expect(rows).toEqual([{ subscriber: 'poisoned', aggregate_id: 'bad', attempts: ATTEMPTS, error: 'Error E_POISON', parked: true }]);
  expect(await deliveryFigures(pool)).toMatchObject({ waiting: 0, parked: 1 });
});

it('gives up a delivery at once when its process is killed, and another goes on with it', async () => {
  let begun = 0;
  let wakeUp: () => void = () => undefined;
  const hanging = subscriber('one', () => {
    begun += 1;
    return begun === 1 ? new Promise((resolve) => (wakeUp = resolve)) : Promise.resolve();
  });
  const doomed = createPool(database.serviceUrl, { max: 2, name: 'doomed' });
  const killed = createDeliveries({ pool: doomed, logger, subscribers: [hanging], concurrency: 1 });
  relay([hanging], killed.wake);
  await write(['a'], 1);
  await until(() => begun === 1);
  const other = desk([hanging]);
  await sleep(50);
  expect(begun).toBe(1);
  const admin = createPool(database.url, { max: 1, name: 'admin' });
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'doomed'`);
  await admin.end();
  closing.unshift(async () => {
    wakeUp();
    await killed.close();
    await doomed.end();
  });
  await until(async () => {
    other.wake();
    return begun === 2 && (await deliveryFigures(pool)).waiting === 0;
  });
});

it('addresses an event once, however often it is published, and an event for nobody to nobody', async () => {
  const [known, deaf] = [subscriber('known', async () => undefined), { ...subscriber('deaf', async () => undefined), wants: () => false }];
  const event = { id: newId(), name: 'thing.counted', version: 1, projectId: null, aggregateType: 'Thing', aggregateId: 'a', occurredAt: new Date().toISOString(), correlationId: 'c', payload: { n: 1 } };
  for (let time = 0; time < 2; time += 1) await inTransaction(pool, (tx) => addressEvents(tx, [known, deaf], [event]));
  expect((await pool.query('SELECT subscriber, event FROM event_delivery')).rows).toEqual([{ subscriber: 'known', event }]);
});

it('runs a subscriber as part of the request that caused the event', async () => {
  let request: string | undefined;
  const curious = subscriber('curious', async () => {
    request = currentRequest()?.requestId;
  });
  const work = desk([curious]);
  const event = { id: newId(), name: 'thing.counted', version: 1, projectId: null, aggregateType: 'Thing', aggregateId: 'a', occurredAt: new Date().toISOString(), correlationId: 'the-click', payload: { n: 1 } };
  await inTransaction(pool, (tx) => addressEvents(tx, [curious], [event]));
  work.wake();
  await until(() => request !== undefined);
  expect(request).toBe('the-click');
});
