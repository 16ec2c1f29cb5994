import { createPool, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { aidSchema } from '../graphs/aid';
import { readEntityModel, type EntityType } from '../indexing';
import { ROOT } from '../testing/aid-world';
import { readDerived, readList, type EntityView, type ListArguments } from './entity-reads';

interface Plan {
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const PARENTS = Array.from({ length: 60 }, (_, index) => `0x${index}`);
const model = readEntityModel(aidSchema(ROOT));
const database = useTestDatabase('chain');
let pool: Pool;

// 60 projects with 60 fundings each; each funding made a new version of its project.
beforeAll(async () => {
  pool = createPool(database().url, { max: 1, name: 'chain-test' });
  await pool.query(`INSERT INTO indexed_graph (name, deployment, genesis_hash) VALUES ('aid', 'test', '0x0')`);
  await pool.query(
    `INSERT INTO entity_version (graph, entity, id, block_from, block_to, data)
     SELECT 'aid', 'AidProject', p, b, CASE WHEN b < 60 THEN b + 1 END, jsonb_build_object('id', p, 'fundedMinor', b::text)
     FROM unnest($1::text[]) AS p, generate_series(1, 60) AS b`,
    [PARENTS],
  );
  await pool.query(
    `INSERT INTO entity_version (graph, entity, id, block_from, data)
     SELECT 'aid', 'Funding', md5(p || '-' || b), b, jsonb_build_object('id', md5(p || '-' || b), 'project', p, 'totalMinor', b::text)
     FROM unnest($1::text[]) AS p, generate_series(1, 60) AS b`,
    [PARENTS],
  );
});
afterAll(async () => pool.end());

/** How many rows the database looked at in vain. */
async function inVain(entity: string, read: (view: EntityView) => Promise<unknown>): Promise<number> {
  let count = 0;
  const explained = async <T>(sql: string, params: readonly unknown[]): Promise<T[]> => {
    const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [...params]);
    for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) count += removed(Plan);
    return [];
  };
  await read({ snapshot: { query: explained }, graph: 'aid', type: typeNamed(entity), blockNumber: null });
  return count;
}

function removed(plan: Plan): number {
  const own = (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops'];
  return (plan.Plans ?? []).reduce((sum, child) => sum + removed(child), own);
}

function typeNamed(entity: string): EntityType {
  const type = model.get(entity);
  if (!type) throw new Error(`There is no entity ${entity}.`);
  return type;
}

test.each<[string, ListArguments]>([
  ['in the order of ids', { first: 5 }],
  ['in another order', { first: 5, orderBy: 'totalMinor', orderDirection: 'desc' }],
])('the lists of many parents, %s, are found without looking at those of others', async (_title, args) => {
  expect(await inVain('Funding', (view) => readDerived(view, 'project', PARENTS, args))).toBe(0);
});

test('the newest version of an entity is found without looking at the older ones', async () => {
  expect(await inVain('AidProject', (view) => readList(view, { first: 50 }))).toBe(0);
});
