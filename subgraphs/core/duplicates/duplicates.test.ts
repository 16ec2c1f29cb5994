import fc from 'fast-check';
import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createAttributes } from '../attributes';
import { createBeneficiaries } from '../beneficiaries';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import { createTestProtectedData, createTestSlices } from '../testing/slices';
import { DuplicateRepository, runSearch, searchNewcomers, type SearchDeps } from '.';
import { pairsOf } from './detect';
import { startSearch } from './run';
import { scoreOf, WORTH_A_LOOK, type Likeness } from './score';

const nothing: Likeness = { sameGovernmentId: null, samePhone: false, sameBankAccount: false, sameEmail: false, birth: null, sharedWords: 0, sharedSounds: 0, sameArea: false, sameGender: null };
const likeness = fc.record({
  sameGovernmentId: fc.constantFrom(null, true, false), samePhone: fc.boolean(), sameBankAccount: fc.boolean(), sameEmail: fc.boolean(), birth: fc.constantFrom(null, 'SAME_DAY' as const, 'SAME_YEAR' as const, 'OTHER' as const),
  sharedWords: fc.double({ min: 0, max: 1, noNaN: true }), sharedSounds: fc.double({ min: 0, max: 1, noNaN: true }), sameArea: fc.boolean(), sameGender: fc.constantFrom(null, true, false),
});

describe('how likely two registrations are one person', () => {
  it('lies between 0 and 1, follows from the reasons alone, and grows with whatever more they have in common', () => {
    fc.assert(
      fc.property(likeness, (like) => {
        const { score, reasons } = scoreOf(like);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1000);
        expect(score).toBe(Math.round(1000 / (1 + Math.exp(6 - reasons.reduce((sum, { weight }) => sum + weight, 0)))));
        for (const more of [{ samePhone: true }, { sameBankAccount: true }, { sameEmail: true }, { sameGovernmentId: true }, { birth: 'SAME_DAY' as const }, { sharedWords: 1 }, { sameArea: true }]) {
          expect(scoreOf({ ...like, ...more }).score).toBeGreaterThanOrEqual(score);
        }
      }),
    );
  });

  it.each<[string, Partial<Likeness>, boolean]>([
    ['a phone', { samePhone: true }, false],
    ['a phone and an account, as families do', { samePhone: true, sameBankAccount: true, sharedWords: 1 / 3, birth: 'OTHER' }, false],
    ['a name alone', { sharedWords: 1, sharedSounds: 1 }, false],
    ['a name and an area', { sharedWords: 1, sharedSounds: 1, sameArea: true }, false],
    ['a government id', { sameGovernmentId: true }, true],
    ['a name and a day of birth', { sharedWords: 1, birth: 'SAME_DAY' }, true],
    ['a name that sounds the same, and a phone', { sharedSounds: 1, samePhone: true }, true],
    ['a name and a day of birth, with other government ids', { sharedWords: 1, birth: 'SAME_DAY', sameGovernmentId: false }, false],
  ])('is worth a look when they share %s: %j → %s', (_what, like, worth) => expect(scoreOf({ ...nothing, ...like }).score >= WORTH_A_LOOK).toBe(worth));
});

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let organizationId: string;
let officer: Principal;
let deps: SearchDeps;
let registrar: ReturnType<typeof createBeneficiaries>['registrar'];

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  const protectedData = createTestProtectedData();
  subgraph = await buildCoreSubgraph(createTestSlices(prisma, { protectedData }).all);
  const people = createBeneficiaries({ database: prisma, protectedData, attributes: createAttributes({ database: prisma }) });
  registrar = people.registrar;
  deps = { database: prisma, repository: new DuplicateRepository(prisma), chunk: 3 };
});
beforeEach(async () => {
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Ours' } })).id;
  officer = { subject: newId(), organizationId, roles: [], permissions: ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:deduplicate', 'enrollment:read'], projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

interface Person {
  fullName: string;
  phone?: string;
  id?: string;
  birthDate?: string | null;
  areaCode?: string;
}

function register(people: readonly Person[]): Promise<string[]> {
  const registrations = people.map(({ fullName, phone, id, birthDate = null, areaCode = 'ke.kisumu' }) => ({
    referenceId: newId(), gender: 'FEMALE' as never, birthDate, preferredLanguage: 'sw', areaCode, walletAddress: null,
    personal: { fullName, phones: phone ? [phone] : [], email: null, address: null, governmentIds: id ? [{ kind: 'national-id', number: id }] : [], bankAccount: null, attributes: {} },
  }));
  return transaction(prisma, (tx) => registrar.register(tx, { actorId: null, organizationId }, registrations, String));
}

async function ask<T>(source: string, variables: Record<string, unknown> = {}, principal = officer): Promise<T> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data)) as T;
}

interface Pair {
  id: string;
  score: number;
  status: string;
  reasons: Array<{ kind: string }>;
  first: { id: string; status: string } | null;
  second: { id: string; status: string } | null;
}

async function search(): Promise<void> {
  const { findDuplicates } = await ask<{ findDuplicates: { id: string } }>('mutation ($key: String!) { findDuplicates(idempotencyKey: $key) { id } }');
  await runSearch(deps, findDuplicates.id);
}

async function pairs(status = 'OPEN', principal = officer): Promise<Pair[]> {
  const source = 'query ($status: DuplicateStatus) { duplicateCandidates(first: 100, status: $status) { edges { node { id score status reasons { kind } first { id status } second { id status } } } } }';
  return (await ask<{ duplicateCandidates: { edges: Array<{ node: Pair }> } }>(source, { status }, principal)).duplicateCandidates.edges.map(({ node }) => node);
}

const AMINA = { fullName: 'Amina Achieng Otieno', phone: '+254711000001', id: 'A-1', birthDate: '1990-03-25' };

describe('a search', () => {
  it('finds who is registered twice, however they are written, and tells why; neighbours and families it leaves alone', async () => {
    const [amina, again, sound, , daughter] = await register([
      AMINA,
      { ...AMINA, fullName: 'OTIENO Amina' },
      { fullName: 'Amena Acheng Oteno', birthDate: '1990-03-25' },
      { fullName: 'Wanjiru Kamau', phone: '+254722000002', birthDate: '1985-01-01' },
      { fullName: 'Atieno Otieno', phone: '+254711000001', birthDate: '2012-05-05' },
    ]);
    await search();
    const found = await pairs();
    expect(found[0]).toMatchObject({ first: { id: amina }, second: { id: again } });
    expect(found[0]?.reasons.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['SAME_GOVERNMENT_ID', 'SAME_PHONE', 'SAME_BIRTH_DATE', 'SIMILAR_NAME']));
    expect(found.some(({ second }) => second?.id === sound)).toBe(true);
    expect(found.some(({ first, second }) => [first?.id, second?.id].includes(daughter))).toBe(false);
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
    expect(JSON.stringify(await prisma.duplicateCandidate.findMany())).not.toMatch(/Amina|Otieno|2547|1990/);
  });

  it('goes on where it was killed, and finds the same', async () => {
    await register(Array.from({ length: 8 }, () => AMINA));
    const { findDuplicates } = await ask<{ findDuplicates: { id: string } }>('mutation ($key: String!) { findDuplicates(idempotencyKey: $key) { id } }');
    for (const after of [1, 2, 3, 5]) {
      let left = after;
      const { repository } = deps;
      const dying = Object.assign(Object.create(Object.getPrototypeOf(repository) as object) as typeof repository, repository, { moveSearch: async (...args: Parameters<typeof repository.moveSearch>) => {
        const moved = await repository.moveSearch(...args);
        if ((left -= 1) < 0) throw new Error('killed');
        return moved;
      } });
      await runSearch({ ...deps, repository: dying }, findDuplicates.id).catch(() => undefined);
    }
    await Promise.all([runSearch(deps, findDuplicates.id), runSearch(deps, findDuplicates.id)].map((run) => run.catch(() => undefined)));
    await runSearch(deps, findDuplicates.id);
    expect(await ask('query ($id: ID!) { duplicateSearch(id: $id) { status pairs compared found } }', { id: findDuplicates.id })).toEqual({ duplicateSearch: { status: 'DONE', pairs: 28, compared: 28, found: 28 } });
    expect([await prisma.duplicateCandidate.count({ where: { organizationId } }), await prisma.duplicatePair.count({ where: { searchId: findDuplicates.id } })]).toEqual([28, 0]);
  });

  it('never brings back what was decided', async () => {
    await register([AMINA, AMINA]);
    await search();
    const [pair] = await pairs();
    await ask('mutation ($id: ID!, $key: String!) { decideDuplicate(id: $id, decision: DISTINCT, note: "twins", idempotencyKey: $key) { status } }', { id: pair?.id });
    await search();
    expect([await pairs(), (await pairs('DISTINCT')).map(({ id }) => id)]).toEqual([[], [pair?.id]]);
  });

  it('does not drown in what a whole village shares', async () => {
    await register(Array.from({ length: 1500 }, (_, n) => ({ fullName: `Mohamed ${String.fromCharCode(97 + (n % 26)).repeat(3)}${n}`, phone: '+254733000003', birthDate: '1980-01-01' })));
    await search();
    expect(await prisma.duplicateSearch.findFirst({ where: { organizationId } })).toMatchObject({ status: 'DONE' });
    expect((await prisma.duplicateSearch.findFirst({ where: { organizationId } }))?.pairs).toBeLessThan(20_000);
  });

  it('shows a pair to nobody who may not compare both of its people', async () => {
    await register([AMINA, { ...AMINA, areaCode: 'ke.kisumu2' }]);
    await search();
    const local: Principal = { ...officer, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read', 'beneficiary:deduplicate'] }] };
    const [pair] = await pairs();
    expect([await pairs('OPEN', local), (await pairs()).length]).toEqual([[], 1]);
    await expect(ask('mutation ($id: ID!, $key: String!) { decideDuplicate(id: $id, decision: DISTINCT, idempotencyKey: $key) { status } }', { id: pair?.id }, local)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('newcomers', () => {
  /** As if so much had happened since the last search that nobody of before is looked at again. */
  const longAgo = () => pool.query('UPDATE duplicate_search SET last_seq = last_seq + 10000 WHERE organization_id = $1', [organizationId]);
  const newest = () => prisma.duplicateSearch.findFirstOrThrow({ where: { organizationId }, orderBy: { id: 'desc' } });
  const found = async () => (await prisma.duplicateCandidate.findMany({ where: { organizationId } })).map(({ lowId, highId, score }) => `${lowId} ${highId} ${score}`).sort();
  const NAMES = ['Amina Otieno', 'Otieno Amina', 'Amena Oteno', 'Juma Ali', 'Jumaa Aly', 'Wanjiru'];
  const person = fc.record({ fullName: fc.constantFrom(...NAMES), phone: fc.constantFrom('+254711000001', '+254711000002'), birthDate: fc.constantFrom('1990-03-25', '1985-01-01', null) });

  it('are compared with everybody, and what is found is what a search of everybody finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 8 }), fc.array(person, { minLength: 1, maxLength: 4 }), async (old, young) => {
        organizationId = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Ours' } })).id;
        officer = { ...officer, organizationId };
        await register(old);
        await search();
        await longAgo();
        const newcomers = await register(young);
        await pool.query('UPDATE duplicate_search SET last_seq = (SELECT min(seq) + 9999 FROM audit_entry WHERE entity_id = ANY($1::text[])) WHERE organization_id = $2', [newcomers, organizationId]);
        const before = await found();
        await transaction(prisma, (tx) => startSearch(tx, organizationId, null, 'newcomers'));
        const { id } = await newest();
        await runSearch(deps, id);
        const after = await found();
        for (const pair of after.filter((one) => !before.includes(one))) expect(newcomers.some((one) => pair.includes(one))).toBe(true);
        await prisma.duplicateCandidate.deleteMany({ where: { organizationId } });
        await search();
        expect(after).toEqual(await found());
      }),
      { numRuns: 15 },
    );
  });

  it('are looked for where somebody was registered or changed since the last search, once however many look', async () => {
    const mine = async () => (await prisma.duplicateSearch.findMany({ where: { organizationId }, orderBy: { id: 'asc' } })).map(({ status }) => status);
    await searchNewcomers(prisma);
    expect(await mine()).toEqual([]);
    await register([AMINA]);
    await Promise.all([searchNewcomers(prisma), searchNewcomers(prisma), searchNewcomers(prisma)]);
    expect(await mine()).toEqual(['PAIRING']);
    await register([AMINA]);
    await searchNewcomers(prisma);
    expect(await mine()).toEqual(['PAIRING']);
    await runSearch(deps, (await newest()).id);
    await searchNewcomers(prisma);
    expect(await mine()).toEqual(['DONE', 'PAIRING']);
    await runSearch(deps, (await newest()).id);
    await searchNewcomers(prisma);
    expect([await mine(), (await pairs()).length]).toEqual([['DONE', 'DONE'], 1]);
  });

  it('cost what they are: the others are not read', async () => {
    await register(Array.from({ length: 3000 }, (_, n) => ({ fullName: `${String.fromCharCode(97 + (n % 26)).repeat(2)}${n} Person`, phone: `+2547${10_000_000 + n}` })));
    await search();
    await longAgo();
    const [first] = await register([{ fullName: 'Zed Zulu', phone: '+254710000005' }]);
    await pool.query('UPDATE duplicate_search SET last_seq = (SELECT min(seq) + 9999 FROM audit_entry WHERE entity_id = $1) WHERE organization_id = $2', [first, organizationId]);
    await pool.query('ANALYZE beneficiary_identifier, beneficiary, audit_entry');
    await searchNewcomers(prisma);
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ${pairsOf('newcomers')}`.replace('$1::uuid', `'${organizationId}'::uuid`).replaceAll('$1::uuid', `'${organizationId}'::uuid`).replace('$3::bigint', String((await newest()).sinceSeq)));
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan on (beneficiary|audit_entry)/);
  });
});

test('many pairs are decided at once, all or none, and once however often it is asked', async () => {
  await register([AMINA, AMINA, AMINA]);
  await search();
  const ids = (await pairs()).map(({ id }) => id);
  const decide = (some: string[], key = newId()) => ask<{ decideDuplicates: Pair[] }>('mutation ($ids: [ID!]!, $key: String!) { decideDuplicates(ids: $ids, decision: DUPLICATE, idempotencyKey: $key) { id status } }', { ids: some, key });
  await expect(decide([...ids, newId()])).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('ids.3') });
  await expect(decide([ids[0] ?? '', ids[0] ?? ''])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await pairs()).toHaveLength(3);
  const key = newId();
  await decide(ids, key);
  expect((await decide(ids, key)).decideDuplicates).toEqual(ids.map((id) => ({ id, status: 'DUPLICATE' })));
  const { rows } = await pool.query(`SELECT count(*)::int AS told FROM audit_entry WHERE organization_id = $1 AND action = 'duplicate.decided'`, [organizationId]);
  expect(rows[0].told).toBe(3);
});

describe('merging', () => {
  async function project(): Promise<string> {
    const id = newId();
    await prisma.project.create({ data: { id, organizationId, slug: id, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } });
    return id;
  }

  async function twice(): Promise<{ pair: string; first: string; second: string }> {
    const [first = '', second = ''] = await register([AMINA, AMINA]);
    await search();
    return { pair: (await pairs())[0]?.id ?? '', first, second };
  }

  const merge = (id: string, survivorId: string, key = newId()) => ask('mutation ($id: ID!, $survivorId: ID!, $key: String!) { mergeDuplicates(id: $id, survivorId: $survivorId, idempotencyKey: $key) { status } }', { id, survivorId, key });
  const undo = (id: string) => ask('mutation ($id: ID!, $key: String!) { undoMerge(id: $id, idempotencyKey: $key) { status } }', { id });

  /** All that merging may touch, but for what only grows. */
  async function state(): Promise<unknown> {
    const { rows } = await pool.query(
      `SELECT (SELECT json_agg(json_build_array(id, status) ORDER BY id) FROM beneficiary WHERE organization_id = $1) AS people,
        (SELECT json_agg(json_build_array(beneficiary_id, kind, encode(blind_index, 'hex')) ORDER BY beneficiary_id, kind, blind_index) FROM beneficiary_identifier WHERE organization_id = $1) AS identifiers,
        (SELECT json_agg(json_build_array(e.id, e.beneficiary_id, e.status) ORDER BY e.id) FROM enrollment e JOIN project p ON p.id = e.project_id WHERE p.organization_id = $1) AS enrollments`,
      [organizationId],
    );
    return rows[0];
  }

  it('gives the survivor what the other had, hides the other, and is undone without a trace but in the log', async () => {
    const { pair, first, second } = await twice();
    const projectId = await project();
    await prisma.enrollment.create({ data: { id: newId(), projectId, beneficiaryId: second, status: 'INCLUDED' } });
    const before = await state();
    await merge(pair, first);
    expect(await prisma.enrollment.findMany({ where: { projectId } })).toMatchObject([{ beneficiaryId: first, status: 'INCLUDED' }]);
    expect((await pairs('MERGED'))[0]).toMatchObject({ first: { status: 'ACTIVE' }, second: { status: 'MERGED' } });
    expect(await ask('{ beneficiaries(filter: { search: "amina otieno" }) { edges { node { id } } } }')).toEqual({ beneficiaries: { edges: [{ node: { id: first } }] } });
    await undo(pair);
    expect(await state()).toEqual(before);
    await expect(undo(pair)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    const { rows } = await pool.query(`SELECT action FROM audit_entry WHERE entity_id = $1 ORDER BY seq`, [second]);
    expect(rows.map(({ action }) => action)).toEqual(['beneficiary.registered', 'beneficiary.merged', 'beneficiary.unmerged']);
  });

  it('waits while both take part in one project, and goes on when one of them is out', async () => {
    const { pair, first, second } = await twice();
    const projectId = await project();
    await prisma.enrollment.createMany({ data: [first, second].map((beneficiaryId) => ({ id: newId(), projectId, beneficiaryId, status: 'INCLUDED' as const })) });
    await expect(merge(pair, first)).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { projectId } });
    await prisma.enrollment.updateMany({ where: { beneficiaryId: second }, data: { status: 'REMOVED' } });
    await merge(pair, first);
    expect(await prisma.enrollment.count({ where: { projectId } })).toBe(2);
  });

  it('happens once, whoever asks how often at the same moment', async () => {
    const { pair, first, second } = await twice();
    const key = newId();
    const outcomes = await Promise.allSettled([merge(pair, first, key), merge(pair, first, key), merge(pair, second), merge(pair, first)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(await prisma.beneficiaryMerge.count({ where: { organizationId, undoneAt: null } })).toBe(1);
    await expect(merge(pair, newId())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'survivorId' } });
  });
});
