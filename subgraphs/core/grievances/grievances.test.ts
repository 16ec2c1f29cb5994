import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let organizationId: string;
let officer: Principal;
let statements = 0;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    statements += 1;
    return query(...args);
  }) as typeof pool.query;
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  officer = principal(['beneficiary:read', 'grievance:read', 'grievance:write']);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

function principal(permissions: string[], more: Partial<Principal> = {}): Principal {
  return { subject: newId(), organizationId, roles: [], permissions, projectPermissions: {}, ...more };
}

async function person(areaCode = 'ke.kisumu'): Promise<string> {
  const id = newId();
  await prisma.beneficiary.create({ data: { id, organizationId, referenceId: id, areaCode } });
  return id;
}

async function user(): Promise<string> {
  const id = newId();
  await prisma.user.create({ data: { id, organizationId, displayName: 'U', email: `${id}@ours.example`, passwordHash: 'x' } });
  return id;
}

const FILE = `mutation ($input: FileGrievanceInput!, $key: String!) { fileGrievance(input: $input, idempotencyKey: $key) { id status priority areaCode steps { text status } } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateGrievanceInput!, $key: String!) { updateGrievance(id: $id, input: $input, idempotencyKey: $key) { status priority assigneeId steps { text status actorId } } }`;
const READ = `query ($id: ID!) { grievance(id: $id) { id steps { text } beneficiary { id } } }`;
const words = 'Mary Achieng says that agent John keeps her card';

interface Answer {
  data: Record<string, never>;
  code: unknown;
  message: string | undefined;
}

async function ask(source: string, variables: Record<string, unknown> = {}, by = officer): Promise<Answer> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal: by } });
  return { data: JSON.parse(JSON.stringify(data ?? null)), code: (errors?.[0]?.originalError as { code?: string } | undefined)?.code, message: errors?.[0]?.message };
}

async function filed(input: Record<string, unknown> = {}): Promise<string> {
  const { data } = await ask(FILE, { input: { type: 'FINANCIAL', text: words, ...input } });
  return (data as unknown as { fileGrievance: { id: string } }).fileGrievance.id;
}

describe('a grievance', () => {
  it('lies in the area of the person it comes from, and its words lie in the database in no readable form', async () => {
    const { data } = await ask(FILE, { input: { type: 'FINANCIAL', priority: 'HIGH', text: words, beneficiaryId: await person() } });
    expect(data).toMatchObject({ fileGrievance: { status: 'NEW', priority: 'HIGH', areaCode: 'ke.kisumu', steps: [{ text: words, status: 'NEW' }] } });
    for (const table of ['grievance', 'grievance_step', 'audit_entry', 'outbox_event', 'idempotency_key']) {
      const { rows } = await pool.query(`SELECT count(*)::int AS found FROM ${table} t WHERE t::text LIKE '%Achieng%' OR t::text LIKE '%' || encode('Achieng'::bytea, 'hex') || '%'`);
      expect({ table, found: rows[0].found }).toEqual({ table, found: 0 });
    }
  });

  it('goes its way step by step, and each step says who, where to and why', async () => {
    const [id, assigneeId] = [await filed(), await user()];
    await ask(UPDATE, { id, input: { moveTo: 'IN_PROGRESS', assigneeId, text: 'Will call tomorrow' } });
    await ask(UPDATE, { id, input: { priority: 'CRITICAL' } });
    const { data } = await ask(UPDATE, { id, input: { moveTo: 'RESOLVED' } });
    expect(data).toMatchObject({
      updateGrievance: {
        status: 'RESOLVED',
        priority: 'CRITICAL',
        assigneeId,
        steps: [{ text: words, status: 'NEW' }, { text: 'Will call tomorrow', status: 'IN_PROGRESS', actorId: officer.subject }, { text: null, status: 'IN_PROGRESS' }, { text: null, status: 'RESOLVED' }],
      },
    });
    const { rows } = await pool.query('SELECT action FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [id]);
    expect(rows.map(({ action }) => action)).toEqual(['grievance.filed', 'grievance.updated', 'grievance.updated', 'grievance.updated']);
  });

  it.each([
    ['NEW', 'RESOLVED'],
    ['NEW', 'CLOSED'],
    ['IN_PROGRESS', 'NEW'],
    ['RESOLVED', 'REJECTED'],
    ['CLOSED', 'IN_PROGRESS'],
    ['CLOSED', 'CLOSED'],
  ] as const)('that is %s does not become %s', async (from, to) => {
    const id = await filed();
    await prisma.grievance.update({ where: { id }, data: { status: from } });
    expect(await ask(UPDATE, { id, input: { moveTo: to } })).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is moved once however often the request comes', async () => {
    const [id, key] = [await filed(), newId()];
    await Promise.all(Array.from({ length: 6 }, () => ask(UPDATE, { id, input: { moveTo: 'IN_PROGRESS' }, key })));
    expect(await prisma.grievanceStep.count({ where: { grievanceId: id } })).toBe(2);
  });

  it('shows its words to who may read personal data, who filed it and who takes care of it; to others that it is there', async () => {
    const id = await filed({ areaCode: 'ke.kisumu.west' });
    const seen = async (by: Principal): Promise<unknown> => ((await ask(READ, { id }, by)).data as unknown as { grievance: { steps: Array<{ text: string | null }> } | null }).grievance?.steps[0]?.text;
    const assigneeId = await user();
    expect(await seen(principal(['grievance:read']))).toBeNull();
    expect(await seen(principal(['grievance:read', 'beneficiary:read-pii']))).toBe(words);
    expect(await seen(principal(['grievance:read'], { subject: assigneeId }))).toBeNull();
    await ask(UPDATE, { id, input: { assigneeId } });
    expect(await seen(principal(['grievance:read'], { subject: assigneeId }))).toBe(words);
    expect(await seen(principal([], { areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['grievance:read', 'beneficiary:read-pii'] }] }))).toBe(words);
    expect(await seen(principal([], { areaPermissions: [{ projectId: null, area: 'ke.kisumu2', permissions: ['grievance:read', 'beneficiary:read-pii'] }] }))).toBeUndefined();
    expect(await seen(principal(['grievance:read', 'beneficiary:read-pii'], { organizationId: newId() }))).toBeUndefined();
  });

  it('cannot be about whom the caller may not see, nor be given to a stranger', async () => {
    const local = principal([], { areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read', 'grievance:write'] }] });
    const about = (beneficiaryId: string) => ask(FILE, { input: { type: 'OTHER', text: 'x', beneficiaryId, areaCode: 'ke.kisumu' } }, local);
    expect(await about(await person('ke.nakuru'))).toMatchObject({ code: 'BAD_USER_INPUT', message: 'input.beneficiaryId: is none that the caller may see' });
    expect(await about(newId())).toMatchObject({ code: 'BAD_USER_INPUT', message: 'input.beneficiaryId: is none that the caller may see' });
    expect(await ask(FILE, { input: { type: 'OTHER', text: 'x' } }, local)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask(UPDATE, { id: await filed(), input: { assigneeId: newId() } })).toMatchObject({ code: 'BAD_USER_INPUT', message: 'input.assigneeId: is no active user of the organisation' });
    expect(await ask(UPDATE, { id: await filed(), input: {} })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('of a long list costs one statement for all steps', async () => {
    await Promise.all(Array.from({ length: 20 }, () => filed()));
    const count = async (fields: string): Promise<number> => {
      statements = 0;
      await ask(`{ grievances(first: 100, filter: { statuses: [NEW] }) { edges { node { id ${fields} } } } }`);
      return statements;
    };
    expect((await count('steps { text }')) - (await count(''))).toBe(1);
  });
});
