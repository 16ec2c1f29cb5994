import fc from 'fast-check';
import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';
import { StatisticsRepository } from './statistics.repository';
import { EnrollmentDimension } from './statistics.type';
import { FEWEST, suppressed } from './suppression';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let statistics: StatisticsRepository;
let organizationId: string;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 10, name: 'test' });
  prisma = createDatabase(pool);
  statistics = new StatisticsRepository(prisma);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function project(): Promise<string> {
  const id = newId();
  await prisma.project.create({ data: { id, organizationId, slug: id, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } });
  return id;
}

async function people(count: number, of: { gender?: 'FEMALE' | 'MALE'; born?: number | null; areaCode?: string | null } = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  const { gender = 'FEMALE', born = 1990, areaCode = 'ke.kisumu.east' } = of;
  await prisma.beneficiary.createMany({ data: ids.map((id) => ({ id, organizationId, referenceId: id, gender, areaCode, birthDate: born === null ? null : new Date(`${born}-06-01`) })) });
  return ids;
}

async function enrol(projectId: string, beneficiaryIds: readonly string[]): Promise<string[]> {
  const rows = beneficiaryIds.map((beneficiaryId) => ({ id: newId(), projectId, beneficiaryId }));
  await prisma.enrollment.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

async function counts(projectId: string, by: EnrollmentDimension, depth = 2): Promise<Record<string, number>> {
  return Object.fromEntries((await statistics.tallies([projectId], by, depth, 2026)).map(({ key, count }) => [key, count]));
}

describe('the counts of a project', () => {
  it('follow people who are enrolled, move on, change and go', async () => {
    const id = await project();
    const [women, men] = [await people(3), await people(2, { gender: 'MALE', born: 2020, areaCode: 'ke.nakuru' })];
    const [first = '', second = ''] = await enrol(id, [...women, ...men]);
    expect(await counts(id, EnrollmentDimension.GENDER)).toEqual({ FEMALE: 3, MALE: 2 });
    expect(await counts(id, EnrollmentDimension.AGE_BAND)).toEqual({ '18-59': 3, '5-17': 2 });
    expect(await counts(id, EnrollmentDimension.AREA)).toEqual({ 'ke.kisumu': 3, 'ke.nakuru': 2 });
    await prisma.enrollment.update({ where: { id: first }, data: { status: 'REMOVED' } });
    await prisma.beneficiary.update({ where: { id: men[0] ?? '' }, data: { gender: 'OTHER', areaCode: null, birthDate: null } });
    await prisma.enrollment.delete({ where: { id: second } });
    expect(await counts(id, EnrollmentDimension.STATUS)).toEqual({ REGISTERED: 3, REMOVED: 1 });
    expect(await counts(id, EnrollmentDimension.GENDER)).toEqual({ FEMALE: 1, MALE: 1, OTHER: 1 });
    expect(await counts(id, EnrollmentDimension.AGE_BAND)).toEqual({ '18-59': 1, '5-17': 1, UNKNOWN: 1 });
    expect(await counts(id, EnrollmentDimension.AREA, 1)).toEqual({ '': 1, ke: 2 });
  });

  it('are those that counting people gives, whatever is done at the same moment, also while they are put together', async () => {
    const id = await project();
    const pool40 = await people(40);
    const step = fc.record({ person: fc.nat(39), what: fc.constantFrom('enrol', 'status', 'gender', 'area', 'compact', 'remove'), value: fc.nat(3) });
    const statuses = ['REGISTERED', 'VALIDATED', 'INCLUDED', 'REMOVED'] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        await Promise.all(
          steps.map(async ({ person, what, value }) => {
            const beneficiaryId = pool40[person] ?? '';
            if (what === 'enrol') await prisma.enrollment.createMany({ data: [{ id: newId(), projectId: id, beneficiaryId }], skipDuplicates: true });
            if (what === 'status') await prisma.enrollment.updateMany({ where: { projectId: id, beneficiaryId }, data: { status: statuses[value] ?? 'PAUSED' } });
            if (what === 'gender') await prisma.beneficiary.update({ where: { id: beneficiaryId }, data: { gender: (['FEMALE', 'MALE', 'OTHER', 'UNKNOWN'] as const)[value] ?? 'OTHER' } });
            if (what === 'area') await prisma.beneficiary.update({ where: { id: beneficiaryId }, data: { areaCode: [null, 'ke.a', 'ke.b', 'ug'][value] ?? null, birthDate: new Date(`${1950 + value * 20}-01-01`) } });
            if (what === 'remove') await prisma.enrollment.deleteMany({ where: { projectId: id, beneficiaryId } });
            if (what === 'compact') await statistics.compact(0);
          }),
        );
        const { rows } = await pool.query(
          `SELECT e.status::text, b.gender::text, extract(year FROM b.birth_date)::int AS birth_year, b.area_code, count(*)::int AS count FROM enrollment e JOIN beneficiary b ON b.id = e.beneficiary_id WHERE e.project_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
          [id],
        );
        const { rows: told } = await pool.query(
          `SELECT status::text, gender::text, birth_year, area_code, sum(count)::int AS count FROM enrollment_tally WHERE project_id = $1 GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0 ORDER BY 1, 2, 3, 4`,
          [id],
        );
        expect(told).toEqual(rows);
      }),
      { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 60) },
    );
  });

  it('cost as many rows as there are kinds of people, not as many as there are people', async () => {
    const id = await project();
    for (let chunk = 0; chunk < 4; chunk += 1) await enrol(id, await people(500));
    await statistics.compact(0);
    expect(await prisma.enrollmentTally.count({ where: { projectId: id } })).toBe(1);
  });
});

describe('small numbers', () => {
  const cells = fc.array(fc.record({ count: fc.integer({ min: 0, max: 30 }), within: fc.constantFrom('a', 'b') }), { maxLength: 12 });

  it('are hidden, never alone in their group where another could hide with them, and nothing else is', () => {
    fc.assert(
      fc.property(cells, (all) => {
        const hidden = suppressed(all);
        all.forEach(({ count }, index) => {
          if (count > 0 && count < FEWEST) expect(hidden[index]).toBe(true);
          if (count === 0) expect(hidden[index]).toBe(false);
        });
        for (const group of ['a', 'b']) {
          const members = all.map((cell, index) => ({ ...cell, hidden: hidden[index] })).filter(({ within, count }) => within === group && count > 0);
          const concealed = members.filter((cell) => cell.hidden);
          if (concealed.length === 1) expect(members).toHaveLength(1);
          const needed = members.filter(({ count }) => count < FEWEST).length;
          expect(concealed.length).toBe(needed === 1 ? Math.min(2, members.length) : needed);
        }
      }),
    );
  });

  it('of a project are told to who may read personal data, and to a donor not; large ones to both', async () => {
    const id = await project();
    await enrol(id, [...(await people(20)), ...(await people(7, { gender: 'MALE' })), ...(await people(1, { areaCode: 'ke.kisumu.west' }))]);
    const ask = async (permissions: string[]): Promise<unknown> => {
      const principal: Principal = { subject: 'x', organizationId, roles: [], permissions, projectPermissions: {} };
      const source = 'query ($id: ID!) { project(id: $id) { gender: enrollmentCounts(by: GENDER) { key count suppressed } area: enrollmentCounts(by: AREA, areaDepth: 3) { key count } } }';
      return JSON.parse(JSON.stringify((await graphql({ schema: subgraph.schema, source, variableValues: { id }, contextValue: { principal } })).data));
    };
    expect(await ask(['project:read'])).toEqual({
      project: { gender: [{ key: 'FEMALE', count: 21, suppressed: false }, { key: 'MALE', count: 7, suppressed: false }], area: [{ key: 'ke.kisumu.east', count: null }, { key: 'ke.kisumu.west', count: null }] },
    });
    expect(await ask(['project:read', 'beneficiary:read-pii'])).toMatchObject({ project: { area: [{ count: 27 }, { count: 1 }] } });
  });
});

test('the history of an enrollment tells each step, with who and why, one statement for many', async () => {
  const id = await project();
  const admin: Principal = { subject: newId(), organizationId, roles: [], permissions: ['project:read', 'beneficiary:read', 'enrollment:read', 'enrollment:write'], projectPermissions: {} };
  const ask = async (source: string, variables: Record<string, unknown>) => {
    const answer = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal: admin } });
    expect(answer.errors).toBeUndefined();
    return JSON.parse(JSON.stringify(answer.data)) as Record<string, never>;
  };
  const { enrollBeneficiaries } = await ask('mutation ($p: ID!, $b: [ID!]!, $key: String!) { enrollBeneficiaries(projectId: $p, beneficiaryIds: $b, idempotencyKey: $key) { id } }', { p: id, b: await people(1) });
  const [enrollment] = enrollBeneficiaries as unknown as Array<{ id: string }>;
  await ask('mutation ($id: ID!, $key: String!) { changeEnrollmentStatus(id: $id, status: VALIDATED, reason: "papers seen", idempotencyKey: $key) { status } }', { id: enrollment?.id });
  const { project: shown } = await ask('query ($id: ID!) { project(id: $id) { enrollments { edges { node { history { status actorId reason } } } } } }', { id });
  expect((shown as unknown as { enrollments: { edges: unknown[] } }).enrollments.edges).toEqual([{ node: { history: [{ status: 'REGISTERED', actorId: admin.subject, reason: null }, { status: 'VALIDATED', actorId: admin.subject, reason: 'papers seen' }] } }]);
});
