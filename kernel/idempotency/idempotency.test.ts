import { createPool, fromPg, inTransaction, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../tests/kit/database';
import { alreadyRan, idempotent } from '.';

const database = useTestDatabase('core');
let pool: Pool;
let effects: number;
beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 10, name: 'test' });
});
beforeEach(() => {
  effects = 0;
});
afterAll(() => pool.end());

function ask(key: string, request: unknown, scope = 'org:pay'): Promise<{ paid: number }> {
  return inTransaction(pool, (tx) =>
    idempotent(tx, { scope, key, request }, async () => {
      effects += 1;
      return { paid: effects };
    }),
  );
}

test('a repeat with the same request has no second effect and answers the same', async () => {
  const first = await ask('k1', { amount: 5, to: 'a' });
  expect(await ask('k1', { to: 'a', amount: 5 })).toEqual(first);
  expect(effects).toBe(1);
});

test('the same key with another request is refused', async () => {
  await ask('k2', { amount: 5 });
  await expect(ask('k2', { amount: 6 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
});

test('twenty at once have one effect', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask('k3', { amount: 7 })));
  expect(effects).toBe(1);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test('a key whose effect failed can be used again', async () => {
  const failing = inTransaction(pool, (tx) => idempotent(tx, { scope: 's', key: 'k4', request: 1 }, () => Promise.reject(new Error('down'))));
  await expect(failing).rejects.toThrow('down');
  await expect(inTransaction(pool, (tx) => idempotent(tx, { scope: 's', key: 'k4', request: 1 }, async () => 'done'))).resolves.toBe('done');
});

test('keys of different scopes do not meet', async () => {
  await ask('k5', 1, 'org-a:pay');
  await ask('k5', 2, 'org-b:pay');
  expect(effects).toBe(2);
});

test('it can be asked whether an effect has run, also under what is no key', async () => {
  await ask('k6', 1);
  const known = (key: string, scope = 'org:pay'): Promise<boolean> => alreadyRan(fromPg(pool), { scope, key });
  expect(await Promise.all([known('k6'), known('k6', 'org-b:pay'), known('k7'), known('a\0b')])).toEqual([true, false, false, false]);
});

test.each(['', ' ', 'a b', 'x'.repeat(201), 'é'])('the key %j is refused by name', async (key) => {
  await expect(idempotent(fromPg(pool), { scope: 's', key, request: 1 }, async () => 1)).rejects.toMatchObject({ details: { field: 'idempotencyKey' } });
});
