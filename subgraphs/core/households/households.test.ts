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
let registrar: Principal;
let organizationId: string;
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
  registrar = { subject: 'registrar', organizationId, roles: [], permissions: ['beneficiary:read', 'beneficiary:write', 'beneficiary:erase'], projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function person(areaCode = 'ke.kisumu', of = organizationId): Promise<string> {
  const id = newId();
  await prisma.beneficiary.create({ data: { id, organizationId: of, referenceId: id, areaCode } });
  return id;
}

const FIELDS = 'id referenceId areaCode size dissolvedAt members { role beneficiary { id } }';
const CREATE = `mutation ($input: CreateHouseholdInput!, $key: String!) { done: createHousehold(input: $input, idempotencyKey: $key) { ${FIELDS} } }`;
const CHANGE = `mutation ($id: ID!, $put: [HouseholdMemberInput!], $remove: [ID!], $key: String!) { done: changeHouseholdMembers(id: $id, put: $put, remove: $remove, idempotencyKey: $key) { ${FIELDS} } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateHouseholdInput!, $key: String!) { done: updateHousehold(id: $id, input: $input, idempotencyKey: $key) { ${FIELDS} } }`;
const DISSOLVE = `mutation ($id: ID!, $key: String!) { done: dissolveHousehold(id: $id, reason: "moved away", idempotencyKey: $key) { ${FIELDS} } }`;

interface Answer {
  done: Record<string, unknown> & { id: string };
  code: unknown;
  message: string | undefined;
}

async function ask(source: string, variables: Record<string, unknown> = {}, principal = registrar): Promise<Answer> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  return { done: JSON.parse(JSON.stringify(data ?? {})).done, code: (errors?.[0]?.originalError as { code?: string } | undefined)?.code, message: errors?.[0]?.message };
}

const create = (input: Record<string, unknown> = {}, principal = registrar) => ask(CREATE, { input: { referenceId: newId(), areaCode: 'ke.kisumu', ...input } }, principal);
const as = (role: string) => (beneficiaryId: string) => ({ beneficiaryId, role });

describe('a household', () => {
  it('has a head, a collector, alternates and members, and each of them has it', async () => {
    const [head = '', collector = '', alternate = ''] = await Promise.all([person(), person(), person()]);
    const { done } = await create({ size: 6, members: [as('HEAD')(head), as('COLLECTOR')(collector), as('ALTERNATE')(alternate)] });
    expect(done).toMatchObject({ size: 6, members: [{ role: 'HEAD', beneficiary: { id: head } }, { role: 'COLLECTOR' }, { role: 'ALTERNATE', beneficiary: { id: alternate } }] });
    expect((await ask(`{ done: beneficiary(id: "${collector}") { household { id members { role } } } }`)).done).toMatchObject({ household: { id: done.id, members: [{}, {}, {}] } });
  });

  it('lets the head and a member exchange their roles, and remembers who was what', async () => {
    const [one = '', two = ''] = await Promise.all([person(), person()]);
    const { done } = await create({ members: [as('HEAD')(one), as('MEMBER')(two)] });
    expect(await ask(CHANGE, { id: done.id, put: [as('HEAD')(two)] })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^put: must leave at most one HEAD/) });
    expect((await ask(CHANGE, { id: done.id, put: [as('HEAD')(two), as('MEMBER')(one)] })).done).toMatchObject({ members: [{ role: 'HEAD', beneficiary: { id: two } }, { role: 'MEMBER' }] });
    const { done: past } = await ask(`{ done: beneficiary(id: "${one}") { memberships { role until household { id } } } }`);
    expect(past).toMatchObject({ memberships: [{ role: 'HEAD', until: expect.any(String), household: { id: done.id } }, { role: 'MEMBER', until: null }] });
    expect((await ask(`{ done: household(id: "${done.id}") { members(past: true) { role } } }`)).done).toMatchObject({ members: [{ role: 'HEAD' }, { role: 'MEMBER' }, {}, {}] });
  });

  it('keeps its people until they leave: nobody lives in two', async () => {
    const one = await person();
    const [{ done: first }, { done: second }] = [await create({ members: [as('HEAD')(one)] }), await create()];
    expect(await ask(CHANGE, { id: second.id, put: [as('MEMBER')(one)] })).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^put\.0\.beneficiaryId: belongs to another household/) });
    expect((await ask(CHANGE, { id: first.id, remove: [one] })).done).toMatchObject({ members: [] });
    expect(await ask(CHANGE, { id: first.id, remove: [one] })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^remove\.0: does not belong/) });
    expect((await ask(CHANGE, { id: second.id, put: [as('MEMBER')(one)] })).done).toMatchObject({ members: [{ role: 'MEMBER' }] });
  });

  it('that ten want somebody for at once gets them once', async () => {
    const one = await person();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ members: [as('HEAD')(one)] })));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'CONFLICT')).toHaveLength(9);
    expect(await prisma.householdMember.count({ where: { beneficiaryId: one } })).toBe(1);
  });

  it('cannot have two heads, two collectors or somebody of another organisation, whatever the code believes', async () => {
    const [one = '', two = ''] = await Promise.all([person(), person()]);
    const { id: theirs } = await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Theirs' } });
    const { done } = await create({ members: [as('HEAD')(one)] });
    const row = { organizationId, householdId: done.id };
    await expect(prisma.householdMember.create({ data: { ...row, id: newId(), beneficiaryId: two, role: 'HEAD' } })).rejects.toMatchObject({ code: 'P2002' });
    await prisma.householdMember.create({ data: { ...row, id: newId(), beneficiaryId: two, role: 'COLLECTOR' } });
    await expect(prisma.householdMember.create({ data: { ...row, id: newId(), beneficiaryId: await person(), role: 'COLLECTOR' } })).rejects.toMatchObject({ code: 'P2002' });
    await expect(prisma.householdMember.create({ data: { ...row, id: newId(), beneficiaryId: one, role: 'MEMBER' } })).rejects.toMatchObject({ code: 'P2002' });
    await expect(prisma.householdMember.create({ data: { ...row, id: newId(), beneficiaryId: await person('x', theirs), role: 'MEMBER' } })).rejects.toMatchObject({ code: 'P2003' });
  });

  it('is known by a reference of its own', async () => {
    const [{ done }, { done: other }] = [await create(), await create()];
    expect(await create({ referenceId: done.referenceId })).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^input\.referenceId: /) });
    expect(await ask(UPDATE, { id: other.id, input: { referenceId: done.referenceId } })).toMatchObject({ code: 'CONFLICT' });
    expect((await ask(UPDATE, { id: other.id, input: { size: 3, areaCode: null } })).done).toMatchObject({ size: 3, areaCode: null, referenceId: other.referenceId });
  });

  it('is no more once dissolved: its people are free, and what was stays', async () => {
    const one = await person();
    const { done } = await create({ members: [as('HEAD')(one)] });
    expect((await ask(DISSOLVE, { id: done.id })).done).toMatchObject({ members: [], dissolvedAt: expect.any(String) });
    expect(await ask(CHANGE, { id: done.id, put: [as('HEAD')(one)] })).toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await create({ members: [as('HEAD')(one)] })).toMatchObject({ code: undefined });
    const { rows } = await pool.query('SELECT action FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [done.id]);
    expect(rows.map(({ action }) => action)).toEqual(['household.created', 'household.dissolved']);
    const { rows: told } = await pool.query('SELECT name FROM outbox_event WHERE aggregate_id = $1', [done.id]);
    expect(told).toHaveLength(2);
  });

  it('loses whoever is erased', async () => {
    const [one = '', two = ''] = await Promise.all([person(), person()]);
    const { done } = await create({ members: [as('HEAD')(one), as('MEMBER')(two)] });
    await ask('mutation ($id: ID!, $key: String!) { done: eraseBeneficiary(id: $id, reason: "their wish", idempotencyKey: $key) { id } }', { id: one });
    expect((await ask(`{ done: household(id: "${done.id}") { members { beneficiary { id } } } }`)).done).toMatchObject({ members: [{ beneficiary: { id: two } }] });
    expect(await ask(CHANGE, { id: done.id, put: [as('HEAD')(one)] })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^put\.0\.beneficiaryId: is ERASED/) });
  });
});

describe('households', () => {
  it('are listed by area, size, and who is lacking, page by page', async () => {
    const area = 'ug.gulu';
    const made = [];
    for (const size of [1, 4, 9]) made.push((await create({ areaCode: `${area}.east`, size })).done.id);
    await create({ areaCode: 'ug.gulu2', size: 4 });
    await ask(CHANGE, { id: made[1], put: [as('HEAD')(await person())] });
    const list = async (filter: string) => ((await ask(`{ done: households(filter: { areaCode: "${area}", ${filter} }) { edges { node { id } } } }`)).done as unknown as { edges: Array<{ node: { id: string } }> }).edges.map(({ node }) => node.id);
    expect(await list('')).toEqual(made);
    expect(await list('sizeAtLeast: 4, sizeAtMost: 8')).toEqual([made[1]]);
    expect(await list('lacking: HEAD')).toEqual([made[0], made[2]]);
    const page = (after: string) => ask(`{ done: households(first: 2, ${after} filter: { areaCode: "${area}" }) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`);
    const { done: first } = await page('');
    const { pageInfo } = first as unknown as { pageInfo: { hasNextPage: boolean; endCursor: string } };
    expect(pageInfo.hasNextPage).toBe(true);
    expect((await page(`after: "${pageInfo.endCursor}",`)).done).toMatchObject({ edges: [{ node: { id: made[2] } }], pageInfo: { hasNextPage: false } });
  });

  it('of another area or organisation are unknown, and people whom the caller may not see are not shown among the members', async () => {
    const [near = '', far = ''] = await Promise.all([person('ke.kisumu.east'), person('ke.siaya')]);
    const { done } = await create({ areaCode: 'ke.kisumu.east', members: [as('HEAD')(near), as('MEMBER')(far)] });
    const { done: beyond } = await create({ areaCode: 'ke.kisumu2' });
    const local: Principal = { ...registrar, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read', 'beneficiary:write'] }] };
    expect((await ask(`{ done: household(id: "${done.id}") { members { beneficiary { id } } } }`, {}, local)).done).toMatchObject({ members: [{ beneficiary: { id: near } }] });
    expect((await ask(`{ done: household(id: "${beyond.id}") { id } }`, {}, local)).done).toBeNull();
    expect(await ask(UPDATE, { id: beyond.id, input: { size: 1 } }, local)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await ask(UPDATE, { id: done.id, input: { areaCode: 'ke.siaya' } }, local)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await create({ areaCode: 'ke.siaya' }, local)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await create({ areaCode: 'ke.kisumu', members: [as('MEMBER')(far)] }, local)).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.members\.0\.beneficiaryId: is no beneficiary/) });
    const { id: theirs } = await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Theirs' } });
    expect(await ask(DISSOLVE, { id: done.id }, { ...registrar, organizationId: theirs })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of a whole list cost two statements with their members, and of a list of people two', async () => {
    for (let index = 0; index < 10; index += 1) await create({ members: [as('HEAD')(await person())] });
    const count = async (source: string): Promise<number> => {
      statements = 0;
      expect((await ask(source)).code).toBeUndefined();
      return statements;
    };
    const households = (fields: string) => `{ done: households(first: 200) { edges { node { id ${fields} } } } }`;
    expect((await count(households('members { role beneficiary { referenceId } }'))) - (await count(households('')))).toBe(2);
    const people = (fields: string) => `{ done: beneficiaries(first: 200) { edges { node { id ${fields} } } } }`;
    expect((await count(people('household { referenceId }'))) - (await count(people('')))).toBe(2);
  });
});
