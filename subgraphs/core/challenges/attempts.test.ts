import { createPool, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { Attempts } from './attempts';

const FREE = 30;
const database = useTestDatabase('core');
let pool: Pool;
let client: CoreDatabase;
let attempts: Attempts;

beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 20, name: 'test' });
  client = createDatabase(pool);
  attempts = new Attempts(client, { mac: (_purpose, text) => text });
});
afterAll(async () => {
  await client.$disconnect();
  await pool.end();
});

test('nobody waits for others of the same address who sign in at the same time', async () => {
  for (let round = 0; round < 20; round += 1) {
    const guess = { account: null, address: `10.${round}.0.1` };
    await Promise.all(Array.from({ length: FREE }, () => attempts.begin(guess)));
    await expect(attempts.begin(guess)).resolves.toBeUndefined(); // the first beyond is counted, and begins the wait
    await expect(attempts.begin(guess)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  }
});
