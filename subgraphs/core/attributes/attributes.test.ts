import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';
import { createAttributes, type Attributes } from '.';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let attributes: Attributes;
let manager: Principal;
let organizationId: string;
let projectId: string;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  attributes = createAttributes({ database: prisma });
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  manager = { subject: 'manager', organizationId, roles: [], permissions: ['beneficiary:read', 'attribute:write'], projectPermissions: {} };
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

const FIELDS = 'id projectId key version label { language text } type required options { value label { language text } } pattern isPersonal active history { id version }';
const DEFINE = `mutation ($input: DefineAttributeInput!, $key: String!) { done: defineAttribute(input: $input, idempotencyKey: $key) { ${FIELDS} } }`;
const CHANGE = `mutation ($id: ID!, $input: ChangeAttributeInput!, $key: String!) { done: changeAttribute(id: $id, input: $input, idempotencyKey: $key) { ${FIELDS} } }`;
const label = [{ language: 'en', text: 'Water' }, { language: 'sw', text: 'Maji' }];

interface Answer {
  done: Record<string, unknown> & { id: string };
  code: unknown;
  message: string | undefined;
}

async function ask(source: string, variables: Record<string, unknown> = {}, principal = manager): Promise<Answer> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  return { done: JSON.parse(JSON.stringify(data ?? {})).done, code: (errors?.[0]?.originalError as { code?: string } | undefined)?.code, message: errors?.[0]?.message };
}

const define = (input: Record<string, unknown>, principal = manager) => ask(DEFINE, { input: { label, type: 'TEXT', isPersonal: false, ...input } }, principal);

describe('an attribute', () => {
  it('is changed by a newer version beside the old one, which values remember', async () => {
    const { done: first } = await define({ key: 'water', type: 'SELECT', options: [{ value: 'well', label: [{ language: 'sw', text: 'Kisima' }] }, { value: 'tap' }] });
    expect(first).toMatchObject({ key: 'water', version: 1, projectId: null, active: true, label, options: [{ value: 'well', label: [{ text: 'Kisima' }] }, { value: 'tap', label: [] }] });
    expect((await attributes.check(organizationId, null, { water: 'well' })).versions).toEqual({ water: first.id });
    const { done: second } = await ask(CHANGE, { id: first.id, input: { options: [{ value: 'river' }] } });
    expect(second).toMatchObject({ version: 2, label, history: [{ version: 2 }, { id: first.id, version: 1 }] });
    expect((await attributes.check(organizationId, null, { water: 'river' })).versions).toEqual({ water: second.id });
    await expect(attributes.check(organizationId, null, { water: 'well' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: 'attributes.water: must be one of river' });
    expect(await ask(CHANGE, { id: first.id, input: { active: false } })).toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await prisma.attributeDefinition.findUnique({ where: { id: first.id } })).toMatchObject({ version: 1, active: true });
  });

  it('of a project counts there, before that of the organisation, and nowhere else', async () => {
    await define({ key: 'income' });
    const { done: local } = await define({ key: 'income', projectId, required: true });
    await define({ key: 'only_there', projectId });
    expect((await attributes.check(organizationId, projectId, { income: 'x', only_there: 'y' })).versions).toMatchObject({ income: local.id });
    await expect(attributes.check(organizationId, projectId, {})).rejects.toMatchObject({ details: { field: 'attributes.income' } });
    await expect(attributes.check(organizationId, null, { only_there: 'y' })).rejects.toMatchObject({ details: { field: 'attributes.only_there' } });
    await expect(attributes.check(organizationId, null, {})).resolves.toMatchObject({ open: {} });
  });

  it('means the same everywhere in the organisation: its type and whether it is personal never change', async () => {
    await define({ key: 'disability', type: 'BOOLEAN', isPersonal: true });
    expect(await define({ key: 'disability', type: 'TEXT', isPersonal: true, projectId })).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^input\.type: must be BOOLEAN/) });
    expect(await define({ key: 'disability', type: 'BOOLEAN', isPersonal: false, projectId })).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^input\.isPersonal: must be true/) });
    expect(await define({ key: 'disability', type: 'BOOLEAN', isPersonal: true })).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^input\.key: is defined/) });
  });

  it('changed by ten at once has one next version', async () => {
    const { done } = await define({ key: 'rivals' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(CHANGE, { id: done.id, input: { required: false } })));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'INVALID_TRANSITION')).toHaveLength(9);
  });

  it('defined by ten at once with one key is defined once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => define({ key: 'contested' })));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'CONFLICT')).toHaveLength(9);
  });

  it('no longer active takes no values, and can be taken up again', async () => {
    const { done } = await define({ key: 'passing' });
    const { done: shut } = await ask(CHANGE, { id: done.id, input: { active: false } });
    await expect(attributes.check(organizationId, null, { passing: 'x' })).rejects.toMatchObject({ message: expect.stringContaining('is no longer in use') });
    await ask(CHANGE, { id: shut.id, input: { active: true } });
    await expect(attributes.check(organizationId, null, { passing: 'x' })).resolves.toMatchObject({ open: { passing: 'x' } });
  });

  it.each([
    [{ key: 'Upper' }, 'input.key'],
    [{ key: 'a-b' }, 'input.key'],
    [{ key: 'x1', label: [] }, 'input.label'],
    [{ key: 'x1', label: [...label, ...label] }, 'input.label'],
    [{ key: 'x1', type: 'SELECT' }, 'input.options'],
    [{ key: 'x1', options: [{ value: 'a' }] }, 'input.options'],
    [{ key: 'x1', type: 'SELECT', options: [{ value: 'a' }, { value: 'a' }] }, 'input.options'],
    [{ key: 'x1', type: 'NUMBER', pattern: '1' }, 'input.pattern'],
    [{ key: 'x1', pattern: '(a)\\1' }, 'input.pattern'],
  ])('%j is refused by name', async (input, field) => {
    expect(await define(input)).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(`${field}: `) });
  });

  it('is audited and announced with each version', async () => {
    const { done } = await define({ key: 'told', projectId });
    const { rows } = await pool.query(
      `SELECT a.action, a.project_id, e.name, e.payload->>'version' AS version FROM audit_entry a JOIN outbox_event e ON e.aggregate_id = a.entity_id WHERE a.entity_id = $1`,
      [done.id],
    );
    expect(rows).toEqual([{ action: 'attribute.defined', project_id: projectId, name: 'attribute.defined', version: '1' }]);
  });
});

describe('who defines and sees attributes', () => {
  it('of a project: who may there; of the organisation: who may everywhere', async () => {
    const local: Principal = { ...manager, permissions: [], projectPermissions: { [projectId]: ['attribute:write', 'beneficiary:read'] } };
    expect(await define({ key: 'by_locals', projectId }, local)).toMatchObject({ code: undefined });
    expect(await define({ key: 'by_locals' }, local)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await define({ key: 'by_locals', projectId: await project() }, local)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('nobody from another organisation, nor in a project of another one', async () => {
    const { id: theirs } = await prisma.organization.create({ data: { id: newId(), slug: 'theirs', name: 'Theirs' } });
    const { done } = await define({ key: 'ours_alone' });
    const stranger: Principal = { ...manager, organizationId: theirs };
    expect(await ask(CHANGE, { id: done.id, input: { active: false } }, stranger)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await define({ key: 'in_theirs', projectId: await project(theirs) })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await ask('{ done: attributeDefinitions { key } }', {}, stranger)).done).toEqual([]);
  });

  it('lists what counts in one project in the current version', async () => {
    const there = await project();
    await define({ key: 'zz_one', projectId: there });
    await define({ key: 'zz_two', projectId: await project() });
    const { done } = await ask(`{ done: attributeDefinitions(projectId: "${there}", active: true) { key version } }`);
    const keys = (done as unknown as Array<{ key: string }>).map(({ key }) => key);
    expect(keys).toContain('zz_one');
    expect(keys).toContain('water');
    expect(keys).not.toContain('zz_two');
    expect(new Set(keys).size).toBe(keys.length);
  });
});
