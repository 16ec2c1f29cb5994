import { createHash } from 'node:crypto';
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
let manager: Principal;
let organizationId: string;
let projectId: string;
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
  manager = { subject: 'manager', organizationId, roles: [], permissions: ['beneficiary:read', 'beneficiary:write', 'beneficiary:erase', 'enrollment:read'], projectPermissions: {} };
  projectId = await project();
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function project(of = organizationId): Promise<string> {
  const [id, day] = [newId(), new Date('2026-01-01')];
  await prisma.project.create({ data: { id, organizationId: of, slug: id, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: day, endsOn: day, settings: {}, createdById: 'x' } });
  return id;
}

async function person(more: { areaCode?: string; status?: 'ACTIVE' | 'SUSPENDED'; gender?: 'FEMALE' | 'MALE'; of?: string; enrolled?: 'REGISTERED' | 'REMOVED' } = {}): Promise<string> {
  const { of = organizationId, enrolled, ...row } = more;
  const id = newId();
  await prisma.beneficiary.create({ data: { id, organizationId: of, referenceId: id, ...row } });
  if (enrolled) await prisma.enrollment.create({ data: { id: newId(), projectId, beneficiaryId: id, status: enrolled } });
  return id;
}

interface Answer {
  done: Record<string, unknown> & { id: string };
  code: unknown;
  message: string | undefined;
}

async function ask(source: string, variables: Record<string, unknown> = {}, principal = manager): Promise<Answer> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  return { done: JSON.parse(JSON.stringify(data ?? {})).done, code: (errors?.[0]?.originalError as { code?: string } | undefined)?.code, message: errors?.[0]?.message };
}

const FIELDS = 'id name purpose mode projectId filter memberCount archivedAt snapshots { id count }';
const create = (input: Record<string, unknown> = {}, principal = manager) =>
  ask(`mutation ($input: CreateBeneficiaryGroupInput!, $key: String!) { done: createBeneficiaryGroup(input: $input, idempotencyKey: $key) { ${FIELDS} } }`, { input: { name: newId(), purpose: 'BANK_TRANSFER', ...input } }, principal);
const update = (id: string, input: Record<string, unknown>) =>
  ask(`mutation ($id: ID!, $input: UpdateBeneficiaryGroupInput!, $key: String!) { done: updateBeneficiaryGroup(id: $id, input: $input, idempotencyKey: $key) { ${FIELDS} } }`, { id, input });
const change = (id: string, add: string[], remove: string[] = [], principal = manager) =>
  ask(`mutation ($id: ID!, $add: [ID!], $remove: [ID!], $key: String!) { done: changeBeneficiaryGroupMembers(id: $id, add: $add, remove: $remove, idempotencyKey: $key) { ${FIELDS} } }`, { id, add, remove }, principal);
const freeze = (id: string, key = newId()) => ask('mutation ($id: ID!, $key: String!) { done: freezeBeneficiaryGroup(id: $id, idempotencyKey: $key) { id count leftOut hash takenById group { id } } }', { id, key });
const archive = (id: string) => ask(`mutation ($id: ID!, $key: String!) { done: archiveBeneficiaryGroup(id: $id, idempotencyKey: $key) { ${FIELDS} } }`, { id });

async function idsOf(field: string, principal = manager): Promise<string[]> {
  const found: string[] = [];
  for (let after = ''; ; ) {
    const { done } = await ask(`{ done: ${field.replace(')', `, first: 2${after})`)} { edges { node { id } } pageInfo { hasNextPage endCursor } } }`, {}, principal);
    const { edges, pageInfo } = done as unknown as { edges: Array<{ node: { id: string } }>; pageInfo: { hasNextPage: boolean; endCursor: string } };
    found.push(...edges.map(({ node }) => node.id));
    if (!pageInfo.hasNextPage) return found;
    after = `, after: "${pageInfo.endCursor}"`;
  }
}
const membersOf = (groupId: string, principal = manager) => idsOf(`beneficiaryGroupMembers(groupId: "${groupId}")`, principal);
const frozenIn = (snapshotId: string, principal = manager) => idsOf(`groupSnapshotMembers(snapshotId: "${snapshotId}")`, principal);

describe('a static group', () => {
  it('has whom it names, each once, until they leave', async () => {
    const [one = '', two = '', three = ''] = [await person(), await person(), await person()];
    const { done } = await create();
    expect(done).toMatchObject({ mode: 'STATIC', filter: null, memberCount: 0, purpose: 'BANK_TRANSFER' });
    expect((await change(done.id, [one, two, one, three])).done).toMatchObject({ memberCount: 3 });
    expect((await change(done.id, [two], [three])).done).toMatchObject({ memberCount: 2 });
    expect(await membersOf(done.id)).toEqual([one, two]);
    expect(await update(done.id, { filter: { gender: 'FEMALE' } })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.filter: must be left out/) });
  });

  it('of a project has only who takes part in it', async () => {
    const { done } = await create({ projectId });
    const [inside = '', outside = '', gone = ''] = [await person({ enrolled: 'REGISTERED' }), await person(), await person({ enrolled: 'REMOVED' })];
    expect(await change(done.id, [inside, outside])).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^add\.1: takes no part/) });
    expect(await change(done.id, [gone])).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await membersOf(done.id)).toEqual([]);
    expect((await change(done.id, [inside])).done).toMatchObject({ memberCount: 1 });
  });

  it('takes nobody of another organisation, and loses whoever is erased', async () => {
    const { id: theirs } = await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Theirs' } });
    const [one = '', stranger = ''] = [await person(), await person({ of: theirs })];
    const { done } = await create();
    expect(await change(done.id, [one, stranger])).toMatchObject({ code: 'BAD_USER_INPUT', message: 'add.1: is no beneficiary whom the caller may change' });
    await expect(prisma.beneficiaryGroupMember.create({ data: { organizationId, groupId: done.id, beneficiaryId: stranger, addedById: 'x' } })).rejects.toMatchObject({ code: 'P2003' });
    await change(done.id, [one]);
    await ask('mutation ($id: ID!, $key: String!) { done: eraseBeneficiary(id: $id, reason: "their wish", idempotencyKey: $key) { id } }', { id: one });
    expect(await membersOf(done.id)).toEqual([]);
  });
});

describe('a dynamic group', () => {
  it('has whoever fits its filter when it is asked', async () => {
    const area = 'ug.gulu';
    const [one = '', two = ''] = [await person({ areaCode: `${area}.east`, gender: 'FEMALE' }), await person({ areaCode: area, gender: 'FEMALE' })];
    await person({ areaCode: area, gender: 'MALE' });
    const { done } = await create({ filter: { areaCode: area, gender: 'FEMALE', registeredFrom: '2020-01-01T00:00:00Z' } });
    expect(done).toMatchObject({ mode: 'DYNAMIC', memberCount: null, filter: { areaCode: area, gender: 'FEMALE', registeredFrom: '2020-01-01T00:00:00.000Z' } });
    expect(await membersOf(done.id)).toEqual([one, two]);
    const three = await person({ areaCode: `${area}.west`, gender: 'FEMALE' });
    expect(await membersOf(done.id)).toEqual([one, two, three]);
    expect(await change(done.id, [one])).toMatchObject({ code: 'INVALID_TRANSITION' });
    await update(done.id, { filter: { areaCode: `${area}.west` } });
    expect(await membersOf(done.id)).toEqual([three]);
  });

  it('of a project stays within it', async () => {
    const [inside = ''] = [await person({ areaCode: 'tz.arusha', enrolled: 'REGISTERED' }), await person({ areaCode: 'tz.arusha' })];
    const { done } = await create({ projectId, filter: { areaCode: 'tz.arusha' } });
    expect(await membersOf(done.id)).toEqual([inside]);
    expect(await create({ projectId, filter: { projectId: await project() } })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.filter\.projectId: must be the project of the group/) });
  });

  it('keeps nothing personal: no words that people are found by, no attributes that are sealed', async () => {
    expect(await create({ filter: { search: 'Achieng' } })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.filter\.search: must be left out/) });
    expect(await create({ filter: { attributes: { nothing: 1 } } })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.filter\.attributes\.nothing: /) });
    await expect(prisma.beneficiaryGroup.create({ data: { id: newId(), organizationId, name: newId(), purpose: 'IN_KIND', filter: { search: 'x' }, createdById: 'x' } })).rejects.toThrow('beneficiary_group_filter');
  });
});

describe('a snapshot', () => {
  it('has who could be paid at that moment, and proves it by a hash that anybody can compute', async () => {
    const people = [await person({ enrolled: 'REGISTERED' }), await person({ enrolled: 'REGISTERED' }), await person({ enrolled: 'REGISTERED' }), await person({ enrolled: 'REGISTERED' })];
    const { done: group } = await create({ projectId });
    await change(group.id, people);
    await prisma.beneficiary.update({ where: { id: people[2] ?? '' }, data: { status: 'SUSPENDED' } });
    await prisma.enrollment.updateMany({ where: { beneficiaryId: people[3] ?? '' }, data: { status: 'REMOVED' } });
    const { done } = await freeze(group.id);
    const chosen = people.slice(0, 2).sort();
    expect(done).toMatchObject({ count: 2, leftOut: 2, takenById: 'manager', group: { id: group.id }, hash: createHash('sha256').update(chosen.join('\n')).digest('hex') });
    await change(group.id, [], people);
    expect(await frozenIn(done.id)).toEqual(chosen);
    expect(await freeze(group.id)).toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringContaining('Nobody of this group') });
  });

  it('of a dynamic group no longer follows its filter', async () => {
    const [one = ''] = [await person({ areaCode: 'so.baidoa' })];
    const { done: group } = await create({ filter: { areaCode: 'so.baidoa' } });
    const { done: first } = await freeze(group.id);
    const two = await person({ areaCode: 'so.baidoa' });
    const { done: second } = await freeze(group.id);
    expect([await frozenIn(first.id), await frozenIn(second.id)]).toEqual([[one], [one, two]]);
    expect((await ask(`{ done: beneficiaryGroup(id: "${group.id}") { snapshots { id count } } }`)).done).toEqual({ snapshots: [{ id: second.id, count: 2 }, { id: first.id, count: 1 }] });
  });

  it('is taken once for one key, also when it is asked for many times at once', async () => {
    const { done: group } = await create();
    await change(group.id, [await person(), await person()]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => freeze(group.id, 'the-same')));
    expect(new Set(answers.map(({ done }) => done.id)).size).toBe(1);
    expect(await prisma.groupSnapshot.count({ where: { groupId: group.id } })).toBe(1);
    const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE entity_id = $1 AND action = 'beneficiary-group.frozen'`, [group.id]);
    expect(rows).toEqual([{ payload: { snapshotId: answers[0]?.done.id, count: 2, leftOut: 0, hash: answers[0]?.done.hash } }]);
  });

  it('is never changed, by nobody: neither it nor who is in it', async () => {
    const { done: group } = await create();
    await change(group.id, [await person()]);
    const { done } = await freeze(group.id);
    const owner = createPool(database().url, { max: 1, name: 'owner' });
    for (const sql of [
      'UPDATE group_snapshot SET count = 2 WHERE id = $1',
      'DELETE FROM group_snapshot WHERE id = $1',
      'DELETE FROM group_snapshot_member WHERE snapshot_id = $1',
      'UPDATE group_snapshot_member SET beneficiary_id = gen_random_uuid() WHERE snapshot_id = $1',
      'INSERT INTO group_snapshot_member (snapshot_id, beneficiary_id) VALUES ($1, gen_random_uuid())',
    ]) {
      for (const connection of [pool, owner]) await expect(connection.query(sql, [done.id])).rejects.toThrow('A snapshot of a group is never changed.');
    }
    await owner.end();
    await expect(pool.query('INSERT INTO group_snapshot_member (snapshot_id, beneficiary_id) VALUES (gen_random_uuid(), gen_random_uuid())')).rejects.toThrow('group_snapshot_member_snapshot_id_fkey');
  });
});

describe('groups', () => {
  it('are named once in their project or in the organisation, until they are archived', async () => {
    const name = newId();
    const { done } = await create({ name });
    expect(await create({ name })).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^input\.name: /) });
    expect(await create({ name, projectId })).toMatchObject({ code: undefined });
    expect((await archive(done.id)).done.archivedAt).not.toBeNull();
    expect(await create({ name })).toMatchObject({ code: undefined });
    for (const late of [() => archive(done.id), () => change(done.id, []), () => freeze(done.id), () => update(done.id, { name: 'x' })]) expect(await late()).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('of the organisation are for those who may everywhere, of a project for those who may there', async () => {
    const local: Principal = { ...manager, permissions: [], projectPermissions: { [projectId]: manager.permissions } };
    const [{ done: ours }, { done: theirs }] = [await create(), await create({ projectId: await project() })];
    expect(await create({}, local)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await create({ projectId: theirs.projectId }, local)).toMatchObject({ code: 'NOT_FOUND' });
    const { done: local1 } = await create({ projectId }, local);
    const { done } = await ask('{ done: beneficiaryGroups(first: 200) { edges { node { id } } } }', {}, local);
    const seen = (done as unknown as { edges: Array<{ node: { id: string } }> }).edges.map(({ node }) => node.id);
    expect(seen).toContain(local1.id);
    expect(seen).not.toContain(ours.id);
    for (const { id } of [ours, theirs]) expect(await change(id, [], [], local)).toMatchObject({ code: 'NOT_FOUND' });
    const { id: stranger } = await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Strangers' } });
    expect((await ask(`{ done: beneficiaryGroupMembers(groupId: "${ours.id}") { edges { node { id } } } }`, {}, { ...manager, organizationId: stranger })).done).toBeNull();
  });

  it('of a whole list cost one statement with their counts, and one with their snapshots', async () => {
    const count = async (fields: string): Promise<number> => {
      statements = 0;
      expect((await ask(`{ done: beneficiaryGroups(first: 200) { edges { node { id ${fields} } } } }`)).code).toBeUndefined();
      return statements;
    };
    const plain = await count('');
    expect((await count('memberCount')) - plain).toBe(1);
    expect((await count('snapshots { count group { name } }')) - plain).toBe(2);
  });
});
