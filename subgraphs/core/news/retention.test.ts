import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { forget } from './retention';

const database = useTestDatabase('core');
let pool: Pool;

beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 2, name: 'test' });
});
afterAll(() => pool.end());

it('forgets applied events and used keys that cannot come again, and keeps the others', async () => {
  const ages = (unit: number[]) => unit.map((days) => [newId(), days] as const);
  for (const [id, days] of ages([89, 91, 400])) await pool.query(`INSERT INTO inbox_event (subscriber, event_id, processed_at) VALUES ($1, $2, now() - interval '1 day' * $3)`, [`${days}`, id, days]);
  for (const [id, days] of ages([29, 31])) await pool.query(`INSERT INTO idempotency_key (scope, key, request_hash, created_at) VALUES ($1, $2, 'x', now() - interval '1 day' * $3)`, [`${days}`, id, days]);
  await forget(pool);
  expect((await pool.query('SELECT subscriber FROM inbox_event')).rows).toEqual([{ subscriber: '89' }]);
  expect((await pool.query('SELECT scope FROM idempotency_key')).rows).toEqual([{ scope: '29' }]);
});
