import fc from 'fast-check';
import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { BeneficiaryAccess } from '../beneficiaries';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';
import { BulkActionRepository, runBulkAction, type RunDeps } from '.';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let organizationId: string;
let officer: Principal;
/** What officers may do when an action runs. */
let rights: Principal | null;
let deps: RunDeps;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  deps = { database: prisma, repository: new BulkActionRepository(prisma), access: new BeneficiaryAccess(prisma), principalOf: async () => rights, chunk: 4 };
});
beforeEach(async () => {
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Ours' } })).id;
  const subject = newId();
  await prisma.user.create({ data: { id: subject, organizationId, displayName: 'Officer', email: `${subject}@ours.example`, passwordHash: 'x' } });
  officer = { subject, organizationId, roles: [], permissions: ['project:read', 'beneficiary:read', 'beneficiary:write', 'enrollment:read', 'enrollment:write'], projectPermissions: {} };
  rights = officer;
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function people(count: number, more: { status?: 'ACTIVE' | 'SUSPENDED'; areaCode?: string } = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await prisma.beneficiary.createMany({ data: ids.map((id) => ({ id, organizationId, referenceId: id, areaCode: 'ke.kisumu', ...more })) });
  return ids;
}

async function project(): Promise<string> {
  const id = newId();
  await prisma.project.create({ data: { id, organizationId, slug: id, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } });
  return id;
}

interface Shown {
  id: string;
  status: string;
  total: number;
  done: number;
  failed: number;
  failures: { edges: Array<{ node: { beneficiaryId: string; code: string } }> };
}

async function ask<T>(source: string, variables: Record<string, unknown>, principal = officer): Promise<T> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data)) as T;
}

async function start(input: Record<string, unknown>, principal = officer): Promise<string> {
  return (await ask<{ startBulkAction: { id: string } }>('mutation ($input: StartBulkActionInput!, $key: String!) { startBulkAction(input: $input, idempotencyKey: $key) { id } }', { input }, principal)).startBulkAction.id;
}

const shown = async (id: string): Promise<Shown> => (await ask<{ bulkAction: Shown }>('query ($id: ID!) { bulkAction(id: $id) { id status total done failed failures(first: 200) { edges { node { beneficiaryId code } } } } }', { id })).bulkAction;

async function done(input: Record<string, unknown>): Promise<Shown> {
  const id = await start(input);
  await runBulkAction(deps, id);
  return shown(id);
}

const statuses = async (ids: readonly string[]): Promise<string[]> => {
  const rows = await prisma.beneficiary.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } });
  return rows.map(({ status }) => status);
};

describe('a bulk action', () => {
  it('does to everybody what would be done to one, says of whom it could not, and writes each down', async () => {
    const [active, suspended] = [await people(9), await people(2, { status: 'SUSPENDED' })];
    const result = await done({ kind: 'SUSPEND', filter: { areaCode: 'ke.kisumu' }, reason: 'flood' });
    expect(result).toMatchObject({ status: 'DONE', total: 11, done: 11, failed: 2 });
    expect(result.failures.edges.map(({ node }) => node).sort((a, b) => (a.beneficiaryId < b.beneficiaryId ? -1 : 1))).toEqual([...suspended].sort().map((beneficiaryId) => ({ beneficiaryId, code: 'INVALID_TRANSITION' })));
    expect(await statuses(active)).toEqual(Array(9).fill('SUSPENDED'));
    const { rows } = await pool.query(`SELECT entity_id, actor_id, payload->>'reason' AS reason FROM audit_entry WHERE action = 'beneficiary.suspended' AND organization_id = $1`, [organizationId]);
    expect(rows.map(({ entity_id }) => entity_id as string).sort()).toEqual([...active].sort());
    expect(new Set(rows.map(({ actor_id, reason }) => `${actor_id} ${reason}`))).toEqual(new Set([`${officer.subject} flood`]));
  });

  it('enrols people and moves them on, and leaves those who are there, or cannot go there, as they are', async () => {
    const [projectId, ids] = [await project(), await people(6)];
    await prisma.enrollment.create({ data: { id: newId(), projectId, beneficiaryId: ids[0] ?? '', status: 'INCLUDED' } });
    expect(await done({ kind: 'ENROL', beneficiaryIds: ids, projectId })).toMatchObject({ total: 6, failed: 0 });
    expect(await done({ kind: 'MOVE_ENROLLMENT', beneficiaryIds: ids, projectId, enrollmentStatus: 'VALIDATED', reason: 'papers seen' })).toMatchObject({ total: 6, failed: 1 });
    const rows = await prisma.enrollment.groupBy({ by: ['status'], where: { projectId }, _count: true });
    expect(Object.fromEntries(rows.map(({ status, _count }) => [status, _count]))).toEqual({ INCLUDED: 1, VALIDATED: 5 });
  });

  it('is about the people of a group as they are when it is started', async () => {
    const ids = await people(3);
    const { createBeneficiaryGroup } = await ask<{ createBeneficiaryGroup: { id: string } }>(
      'mutation ($input: CreateBeneficiaryGroupInput!, $key: String!) { createBeneficiaryGroup(input: $input, idempotencyKey: $key) { id } }',
      { input: { name: 'Nyando', purpose: 'COMMUNICATION', filter: { areaCode: 'ke.kisumu' } } },
    );
    const id = await start({ kind: 'SUSPEND', groupId: createBeneficiaryGroup.id, reason: 'why' });
    const late = await people(1);
    await runBulkAction(deps, id);
    expect([await statuses(ids), await statuses(late)]).toEqual([['SUSPENDED', 'SUSPENDED', 'SUSPENDED'], ['ACTIVE']]);
  });

  it('reaches nobody whom its starter may not change, when it is started and when it is done', async () => {
    const [near, far] = [await people(2), await people(2, { areaCode: 'ke.kisumu2' })];
    const local: Principal = { ...officer, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read', 'beneficiary:write'] }] };
    rights = local;
    const id = await start({ kind: 'SUSPEND', beneficiaryIds: [...near, ...far], reason: 'why' }, local);
    await runBulkAction(deps, id);
    expect([await shown(id), await statuses(near), await statuses(far)]).toMatchObject([{ total: 2 }, ['SUSPENDED', 'SUSPENDED'], ['ACTIVE', 'ACTIVE']]);
    const later = await start({ kind: 'ACTIVATE', beneficiaryIds: near }, local);
    rights = { ...local, areaPermissions: [] };
    await runBulkAction(deps, later);
    rights = null;
    const last = await start({ kind: 'ACTIVATE', beneficiaryIds: near }, local);
    await runBulkAction(deps, last);
    expect((await shown(later)).failures.edges.map(({ node }) => node.code)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect((await shown(last)).failures.edges.map(({ node }) => node.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await statuses(near)).toEqual(['SUSPENDED', 'SUSPENDED']);
  });

  it('that is cancelled goes no further', async () => {
    const ids = await people(8);
    const id = await start({ kind: 'SUSPEND', beneficiaryIds: ids, reason: 'why' });
    await ask('mutation ($id: ID!, $key: String!) { cancelBulkAction(id: $id, idempotencyKey: $key) { status } }', { id });
    await runBulkAction(deps, id);
    expect([await shown(id), await statuses(ids)]).toMatchObject([{ status: 'CANCELLED', done: 0 }, Array(8).fill('ACTIVE')]);
    await expect(ask('mutation ($id: ID!, $key: String!) { cancelBulkAction(id: $id, idempotencyKey: $key) { status } }', { id })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it.each([
    [{ kind: 'SUSPEND', reason: 'why' }, /^input: must say who by exactly one/],
    [{ kind: 'SUSPEND', filter: {} }, /^input\.reason: must be given/],
    [{ kind: 'ENROL', filter: {} }, /^input\.projectId: must be given/],
    [{ kind: 'SUSPEND', filter: {}, groupId: newId(), reason: 'why' }, /exactly one/],
    [{ kind: 'SUSPEND', filter: { areaCode: 'nowhere' }, reason: 'why' }, /^input: is about nobody/],
  ])('asked for as %j is refused by name', async (input, message) => {
    await expect(start(input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });
  });

  it('is started by people, in whose name it is done', async () => {
    await people(1);
    await expect(start({ kind: 'SUSPEND', filter: {}, reason: 'why' }, { ...officer, subject: 'api-key:1' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('that is killed at any moment ends as one that was not, with one entry for each person', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }), async (chunk, deaths) => {
        const ids = [...(await people(12)), ...(await people(3, { status: 'SUSPENDED' }))];
        const id = await start({ kind: 'SUSPEND', beneficiaryIds: ids, reason: 'why' });
        for (const after of deaths) await runBulkAction({ ...deps, chunk, ...dying(after) }, id).catch(() => undefined);
        await Promise.all([runBulkAction({ ...deps, chunk }, id), runBulkAction({ ...deps, chunk }, id)].map((run) => run.catch(() => undefined)));
        await runBulkAction({ ...deps, chunk }, id);
        expect(await shown(id)).toMatchObject({ status: 'DONE', total: 15, done: 15, failed: 3 });
        const { rows } = await pool.query(`SELECT count(*)::int AS told FROM audit_entry WHERE action = 'beneficiary.suspended' AND entity_id = ANY($1)`, [ids]);
        expect(rows[0].told).toBe(12);
      }),
      { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 10) },
    );
  });
});

/** People who can no longer be locked at the n-th chunk: its transaction is rolled back, as when the process is killed. */
function dying(after: number): Pick<RunDeps, 'access'> {
  let left = after;
  const access = new BeneficiaryAccess(prisma);
  const lock: typeof access.lock = async (...args) => {
    const people = await access.lock(...args);
    if ((left -= 1) < 0) throw new Error('killed');
    return people;
  };
  return { access: Object.assign(Object.create(BeneficiaryAccess.prototype) as BeneficiaryAccess, access, { lock }) };
}
