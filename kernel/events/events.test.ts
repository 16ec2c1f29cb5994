import { z } from 'zod';
import { createPool, inTransaction, type Pool } from '#kernel/db';
import { createLogger } from '#kernel/telemetry';
import { useTestDatabase } from '../../tests/kit/database';
import { appendEvent, appendEvents, applyOnce, createRelay, defineEvent, type EventEnvelope, type Relay } from '.';

const counted = defineEvent({ name: 'thing.counted', version: 1, payload: z.object({ n: z.number() }), sentence: 'A thing was counted.' });
const database = useTestDatabase('core');
const logger = createLogger({ name: 'test', level: 'silent' });
let pool: Pool;
const relays: Relay[] = [];
beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 10, name: 'test' });
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});
afterAll(() => pool.end());

function append(n: number): Promise<string> {
  return inTransaction(pool, (tx) => appendEvent(tx, { definition: counted, aggregateType: 'Thing', aggregateId: 'one', payload: { n } }));
}

function relay(publish: (events: EventEnvelope[]) => Promise<void>, mayRelay?: () => Promise<boolean>): void {
  relays.push(createRelay({ pool, logger, relaysAudit: false, publish: ({ events }) => publish(events), ...(mayRelay ? { mayRelay } : {}) }));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((wake) => setTimeout(wake, 10));
}

async function unpublished(): Promise<number> {
  return Number((await pool.query('SELECT count(*) FROM outbox_event WHERE published_at IS NULL')).rows[0].count);
}

test('an event of a change that was rolled back is never told', async () => {
  await expect(
    inTransaction(pool, async (tx) => {
      await appendEvent(tx, { definition: counted, aggregateType: 'Thing', aggregateId: 'one', payload: { n: 0 } });
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow();
  expect(await unpublished()).toBe(0);
});

test('many events are written in one statement, in the order given', async () => {
  let statements = 0;
  const ids = await inTransaction(pool, (tx) => {
    const counting = { ...tx, execute: (sql: string, params: readonly unknown[]) => ((statements += 1), tx.execute(sql, params)) };
    return appendEvents(counting, Array.from({ length: 500 }, (_, n) => ({ definition: counted, aggregateType: 'Thing', aggregateId: 'many', payload: { n } })));
  });
  const { rows } = await pool.query("SELECT id FROM outbox_event WHERE aggregate_id = 'many' ORDER BY seq");
  expect(rows.map((row) => row.id)).toEqual(ids);
  expect(statements).toBe(1);
  await pool.query("DELETE FROM outbox_event WHERE aggregate_id = 'many'");
});

test('three relays at once hand over every event once and in order', async () => {
  const told: number[] = [];
  for (let n = 0; n < 450; n += 1) await append(n);
  for (let n = 0; n < 3; n += 1) {
    relay(async (events) => {
      told.push(...events.map((event) => Number(event.payload.n)));
    });
  }
  await until(async () => (await unpublished()) === 0);
  expect(told).toEqual(Array.from({ length: 450 }, (_, n) => n));
});

test('a batch whose receiver fails is handed over again', async () => {
  let attempts = 0;
  const told: EventEnvelope[] = [];
  await append(1);
  relay(async (events) => {
    attempts += 1;
    if (attempts === 1) throw new Error('receiver down');
    told.push(...events);
  });
  await until(() => told.length > 0);
  expect(told[0]).toMatchObject({ name: 'thing.counted', version: 1, payload: { n: 1 }, aggregateId: 'one', projectId: null });
});

test('a relay that may no longer relay hands over nothing', async () => {
  const publish = jest.fn();
  let asked = 0;
  await append(1);
  relay(publish, async () => {
    asked += 1;
    return false;
  });
  await until(() => asked > 0);
  expect(publish).not.toHaveBeenCalled();
});

test('a subscriber applies an event once, however often and however parallel it comes', async () => {
  let applied = 0;
  const eventId = '019ab4c2-0000-7000-8000-000000000001';
  const once = (subscriber: string): Promise<boolean> =>
    inTransaction(pool, (tx) =>
      applyOnce(tx, subscriber, eventId, async () => {
        applied += 1;
      }),
    );
  await Promise.all(Array.from({ length: 8 }, () => once('a')));
  await once('b');
  expect(applied).toBe(2);
});

test('an event with a payload that is not its own is refused before anything is written', async () => {
  const wrong = { definition: counted, aggregateType: 'Thing', aggregateId: 'one', payload: { n: 'many' } as never };
  await expect(inTransaction(pool, (tx) => appendEvent(tx, wrong))).rejects.toThrow();
});
