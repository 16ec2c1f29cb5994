import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../tests/kit/database';
import { createDatabase, isDeadlock, isUniqueViolation, transaction, type CoreDatabase } from './database';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;

beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 4, name: 'test' });
  prisma = createDatabase(pool);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

/** Two transactions that take the same two rows in opposite orders, each its second one only after both have their first. */
async function crossed(take: (which: 0 | 1) => Parameters<typeof transaction<void>>[1]): Promise<unknown[]> {
  let holding = 0;
  let release: () => void = () => undefined;
  const bothHold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run = (first: 0 | 1, second: 0 | 1) =>
    transaction(prisma, async (tx) => {
      await take(first)(tx);
      holding += 1;
      if (holding === 2) release();
      await bothHold;
      await take(second)(tx);
    });
  const ends = await Promise.allSettled([run(0, 1), run(1, 0)]);
  return ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
}

test('a deadlock is known for one, in SQL of ours and in Prisma’s, and is no violation of an index', async () => {
  const ids = [newId(), newId()] as const;
  for (const id of ids) await prisma.organization.create({ data: { id, slug: id, name: 'O' } });
  const inSql = await crossed((which) => async (tx) => void (await tx.sql.query('SELECT 1 FROM organization WHERE id = $1::uuid FOR UPDATE', [ids[which]])));
  const inPrisma = await crossed((which) => async (tx) => void (await tx.models.organization.update({ where: { id: ids[which] }, data: { name: 'P' } })));
  for (const errors of [inSql, inPrisma]) expect(errors.map((error) => [isDeadlock(error), isUniqueViolation(error)])).toEqual([[true, false]]);
});
