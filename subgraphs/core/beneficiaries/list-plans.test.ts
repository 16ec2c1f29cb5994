import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase } from '../database';
import { createTestProtectedData } from '../testing/slices';
import { keyIn, pageSql } from './beneficiary.list';
import { BeneficiaryOrder, filterSchema } from './filter.inputs';

/** Enough that a plan which reads everybody is dearer than one that does not, as with half a million. */
const PEOPLE = 50_000;
const PAGE = 100;

const database = useTestDatabase('core');
const protectedData = createTestProtectedData();
let pool: Pool;
let caller: Principal;
let organizationId: string;
const projectId = newId();

beforeAll(async () => {
  // As the owner of the tables: it fills them and gathers statistics.
  pool = createPool(database().url, { max: 2, name: 'test' });
  const prisma = createDatabase(pool);
  const organizations = await Promise.all(['ours', 'theirs'].map((slug) => prisma.organization.create({ data: { id: newId(), slug, name: slug } })));
  organizationId = organizations[0]?.id ?? '';
  caller = { subject: 'caller', organizationId, roles: [], permissions: ['beneficiary:read', 'beneficiary:read-pii', 'enrollment:read'], projectPermissions: {} };
  const day = new Date('2026-01-01');
  await prisma.project.create({ data: { id: projectId, organizationId, slug: 'p', name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: day, endsOn: day, settings: {}, createdById: 'x' } });
  for (const { id } of organizations) await fill(id);
  await pool.query(`INSERT INTO enrollment (id, project_id, beneficiary_id, updated_at) SELECT gen_random_uuid(), $1, id, now() FROM beneficiary WHERE organization_id = $2 AND reference_id < 'R2'`, [projectId, organizationId]);
  const word = (name: string): Buffer => protectedData.blindIndex(organizationId, 'NAME_TOKEN', name);
  // Every fifth is called Otieno, one in a thousand Zuhura.
  for (const [name, every] of [['otieno', 5], ['zuhura', 1000]] as const) {
    await pool.query(
      `INSERT INTO beneficiary_identifier SELECT $1, 'NAME_TOKEN', $2, id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM beneficiary WHERE organization_id = $1) b WHERE n % $3 = 0`,
      [organizationId, word(name), every],
    );
  }
  // As autovacuum does sooner or later: what waits to enter a GIN index makes plans by it look dear.
  await pool.query('VACUUM (ANALYZE) beneficiary, enrollment, beneficiary_identifier');
  await prisma.$disconnect();
});
afterAll(() => pool.end());

/** People over three years in a hundred areas; few are drafts, few verified, and one in a hundred has an attribute of its own. Ids as UUID version 7 has them. */
async function fill(of: string): Promise<void> {
  await pool.query(
    `INSERT INTO beneficiary (id, organization_id, reference_id, status, gender, birth_date, area_code, attributes, verified_at, verified_on, verification_method, verified_by_id, created_at, updated_at)
     SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(mark, 1, 3) || '8' || substr(mark, 4, 15))::uuid, $1::text::uuid, 'R' || n,
       (CASE WHEN n % 500 = 0 THEN 'DRAFT' ELSE 'ACTIVE' END)::beneficiary_status, (ARRAY['FEMALE', 'MALE'])[1 + n % 2]::gender, date '1940-01-01' + n * 7919 % 30000, 'ke.a' || n % 10 || '.b' || n % 100,
       jsonb_build_object('village', 'v' || n % 100, 'camp', 'c' || n % 2000), checked, checked, (CASE WHEN checked IS NULL THEN NULL ELSE 'DOCUMENT' END)::verification_method, CASE WHEN checked IS NULL THEN NULL ELSE 'x' END, at, at
     FROM (SELECT n, at, md5($1::text || n) AS mark, CASE WHEN n % 400 = 0 THEN at END AS checked FROM generate_series(1, ${PEOPLE}) n, LATERAL (SELECT timestamptz '2023-01-01' + n * interval '30 minutes' AS at) a) p`,
    [of],
  );
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

/** How a page is read: tables that are read from end to end, and how many rows are touched on the way. */
async function planOf(filter: Record<string, unknown>, order: BeneficiaryOrder, after: string | null, principal = caller): Promise<{ whole: string[]; touched: number; sorted: number; ids: string[] }> {
  const query = pageSql(principal, protectedData, { filter: filterSchema.parse(filter), order, after, limit: PAGE + 1 });
  const { rows } = await pool.query<{ 'QUERY PLAN': Array<{ Plan: Plan }> }>(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${query.text}`, query.values);
  const all = nodes(rows[0]?.['QUERY PLAN'][0]?.Plan as Plan);
  // Entries of bitmaps are not counted: they cost little beside rows.
  const touched = all.filter((node) => node['Node Type'] !== 'Bitmap Index Scan').map((node) => node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)));
  const into = all.filter((node) => node['Node Type'].endsWith('Sort')).flatMap((node) => node.Plans ?? []);
  const found = await pool.query<{ id: string }>(query.text, query.values);
  return {
    whole: all.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] ?? ''),
    touched: Math.max(...touched),
    sorted: Math.max(0, ...into.map((node) => node['Actual Rows'] * node['Actual Loops'])),
    ids: found.rows.map(({ id }) => id),
  };
}

/** The cursor after which one page is left. */
async function lastCursor(order: BeneficiaryOrder): Promise<string> {
  const backwards = { REGISTERED: 'REGISTERED_DESC', REFERENCE: 'REFERENCE_DESC', AREA: 'AREA_DESC', REGISTERED_DESC: 'REGISTERED', REFERENCE_DESC: 'REFERENCE', AREA_DESC: 'AREA' } as const;
  const { ids } = await planOf({}, BeneficiaryOrder[backwards[order]], null);
  const { rows } = await pool.query<{ id: string; referenceId: string; areaCode: string }>('SELECT id, reference_id AS "referenceId", area_code AS "areaCode" FROM beneficiary WHERE id = $1', [ids[PAGE]]);
  if (!rows[0]) throw new Error('There are more people than one page.');
  return keyIn(order)(rows[0]);
}

describe.each(Object.values(BeneficiaryOrder))('a list in the order %s', (order) => {
  it('reads and sorts no more than its page, the first and the last', async () => {
    for (const after of [null, await lastCursor(order)]) {
      const { whole, touched, sorted, ids } = await planOf({}, order, after);
      expect(whole).toEqual([]);
      expect(Math.max(touched, sorted)).toBeLessThanOrEqual(PAGE + 2);
      expect(ids.length).toBeGreaterThanOrEqual(PAGE);
    }
  });
});

describe('a list that is narrowed', () => {
  // [what by, how many rows each step of the plan may touch for a page of a hundred]: those of the page, and where it walks along the order, those between them; or all that fit, where they are few.
  it.each<[string, Record<string, unknown>, number]>([
    ['to drafts, of whom there are few', { status: 'DRAFT' }, PAGE + 1],
    ['to one gender', { gender: 'FEMALE' }, 3 * PAGE],
    ['to an area', { areaCode: 'ke.a1' }, 6000],
    ['to a small area', { areaCode: 'ke.a1.b11' }, 12_000],
    ['to the verified, of whom there are few', { verified: true }, PAGE + 25],
    ['to the unverified', { verified: false }, PAGE + 1],
    ['to an age', { ageAtLeast: 18, ageAtMost: 59 }, 4 * PAGE],
    ['to a value of an attribute that many have', { attributes: { village: 'v7' } }, 12_000],
    ['to a value of an attribute that few have', { attributes: { camp: 'c7' } }, 100],
    ['to a project', { projectId }, 4 * PAGE],
    ['to a month', { registeredFrom: new Date('2024-03-01'), registeredBefore: new Date('2024-04-01') }, 2000],
    ['to a reference', { referenceId: 'R777' }, 2],
    ['to a name that many have', { search: 'Otieno' }, 1500],
    ['to a name that few have', { search: 'Zuhura' }, 200],
    ['to a name that nobody has', { search: 'Nobody' }, 2],
  ])('%s reads no table from end to end, on the first page and on the last', async (_what, filter, most) => {
    const { ids: end } = await planOf(filter, BeneficiaryOrder.REGISTERED_DESC, null);
    for (const after of [null, end[PAGE] ?? null]) {
      const { whole, touched } = await planOf(filter, BeneficiaryOrder.REGISTERED, after);
      expect(whole).toEqual([]);
      expect(touched).toBeLessThanOrEqual(most);
    }
  });
});

describe('a list of somebody who sees', () => {
  const last = async (principal: Principal): Promise<string> => {
    const { ids } = await planOf({}, BeneficiaryOrder.REGISTERED_DESC, null, principal);
    return ids[PAGE] ?? '';
  };
  it.each<[string, Partial<Principal>, number]>([
    ['one project', { projectPermissions: { [projectId]: ['beneficiary:read'] } }, 4 * PAGE],
    ['one area', { areaPermissions: [{ projectId: null, area: 'ke.a1', permissions: ['beneficiary:read'] }] }, 6000],
  ])('%s reads no table from end to end, on the first page and on the last', async (_what, more, most) => {
    const principal: Principal = { ...caller, permissions: [], ...more };
    for (const after of [null, await last(principal)]) {
      const { whole, touched } = await planOf({}, BeneficiaryOrder.REGISTERED, after, principal);
      expect(whole).toEqual([]);
      expect(touched).toBeLessThanOrEqual(most);
    }
  });
});
