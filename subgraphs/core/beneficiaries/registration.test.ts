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
let validator: Principal;
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
  const permissions = ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write', 'beneficiary:verify', 'beneficiary:erase', 'attribute:write', 'enrollment:read'];
  registrar = { subject: 'registrar', organizationId, roles: [], permissions, projectPermissions: {} };
  validator = { ...registrar, subject: 'validator' };
  await define('income', 'NUMBER');
  await define('disability', 'BOOLEAN', { isPersonal: true });
  await define('water', 'MULTISELECT', { options: [{ value: 'well' }, { value: 'tap' }] });
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

interface Answer {
  done: Record<string, unknown> & { id: string };
  code: unknown;
  message: string | undefined;
}

async function ask(source: string, variables: Record<string, unknown> = {}, principal = registrar): Promise<Answer> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  return { done: JSON.parse(JSON.stringify(data ?? {})).done, code: (errors?.[0]?.originalError as { code?: string } | undefined)?.code, message: errors?.[0]?.message };
}

const define = (key: string, type: string, more: Record<string, unknown> = {}) =>
  ask('mutation ($input: DefineAttributeInput!, $key: String!) { done: defineAttribute(input: $input, idempotencyKey: $key) { id } }', {
    input: { key, type, label: [{ language: 'en', text: key }], isPersonal: false, ...more },
  });

const FIELDS = `id status birthDate birthDatePrecision attributes personalAttributes attributeDefinitions { key version } registeredById
  verification { on method byId } statusHistory { status actorId reason }`;
const register = (more: Record<string, unknown> = {}, principal = registrar) =>
  ask(`mutation ($input: RegisterBeneficiaryInput!, $key: String!) { done: registerBeneficiary(input: $input, idempotencyKey: $key) { ${FIELDS} } }`, { input: { referenceId: newId(), fullName: 'Achieng Otieno', ...more } }, principal);
const update = (id: string, input: Record<string, unknown>) =>
  ask(`mutation ($id: ID!, $input: UpdateBeneficiaryInput!, $key: String!) { done: updateBeneficiary(id: $id, input: $input, idempotencyKey: $key) { ${FIELDS} } }`, { id, input });
const activate = (id: string, reason?: string) =>
  ask(`mutation ($id: ID!, $reason: String, $key: String!) { done: activateBeneficiary(id: $id, reason: $reason, idempotencyKey: $key) { ${FIELDS} } }`, { id, reason });
const suspend = (id: string) => ask(`mutation ($id: ID!, $key: String!) { done: suspendBeneficiary(id: $id, reason: "moved away", idempotencyKey: $key) { ${FIELDS} } }`, { id });
const erase = (id: string) => ask(`mutation ($id: ID!, $key: String!) { done: eraseBeneficiary(id: $id, reason: "their wish", idempotencyKey: $key) { ${FIELDS} } }`, { id });
const verify = (id: string, principal: Principal, input: Record<string, unknown> = { method: 'HOME_VISIT', on: '2026-03-01' }) =>
  ask(`mutation ($id: ID!, $input: VerifyBeneficiaryInput!, $key: String!) { done: verifyBeneficiary(id: $id, input: $input, idempotencyKey: $key) { ${FIELDS} } }`, { id, input }, principal);

describe('attributes of a person', () => {
  it('are kept open or sealed as their definitions say, each with the version it was checked with', async () => {
    const { done } = await register({ attributes: { income: 12.5, disability: true, water: ['tap', 'well'] } });
    expect(done).toMatchObject({ attributes: { income: 12.5, water: ['well', 'tap'] }, personalAttributes: { disability: true } });
    expect(done.attributeDefinitions).toEqual([{ key: 'disability', version: 1 }, { key: 'income', version: 1 }, { key: 'water', version: 1 }]);
    const { rows } = await pool.query('SELECT to_jsonb(b)::text AS text FROM beneficiary b WHERE id = $1', [done.id]);
    expect(rows[0].text).not.toContain('true');
    const viewer = { ...registrar, permissions: ['beneficiary:read'] };
    expect((await ask(`{ done: beneficiary(id: "${done.id}") { attributes personalAttributes } }`, {}, viewer)).done).toEqual({ attributes: { income: 12.5, water: ['well', 'tap'] }, personalAttributes: null });
  });

  it('change one by one, and null clears', async () => {
    const { done } = await register({ attributes: { income: 1, disability: true, water: ['tap'] } });
    expect((await update(done.id, { attributes: { income: 2, disability: null } })).done).toMatchObject({ attributes: { income: 2, water: ['tap'] }, personalAttributes: {}, attributeDefinitions: [{ key: 'income' }, { key: 'water' }] });
    expect((await update(done.id, { attributes: { disability: false, water: null } })).done).toMatchObject({ attributes: { income: 2 }, personalAttributes: { disability: false } });
    expect((await update(done.id, { fullName: 'Achieng Atieno' })).done).toMatchObject({ attributes: { income: 2 }, personalAttributes: { disability: false } });
  });

  it('that do not fit are refused by name, nothing of the list is stored, and the value is in no error', async () => {
    expect(await register({ attributes: { income: 'SECRET' } })).toMatchObject({ code: 'BAD_USER_INPUT', message: 'input.attributes.income: must be a number, without quotes' });
    const before = await prisma.beneficiary.count();
    const many = await ask('mutation ($inputs: [RegisterBeneficiaryInput!]!, $key: String!) { done: registerBeneficiaries(inputs: $inputs, idempotencyKey: $key) { id } }', {
      inputs: [{ referenceId: newId(), fullName: 'A' }, { referenceId: newId(), fullName: 'B', attributes: { nothing: 1 } }],
    });
    expect(many).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^inputs\.1\.attributes\.nothing: is not defined here/) });
    expect(await prisma.beneficiary.count()).toBe(before);
    const { done } = await register();
    expect(await update(done.id, { attributes: { water: ['sea'] } })).toMatchObject({ code: 'BAD_USER_INPUT', message: 'input.attributes.water: must be one of well, tap' });
  });

  it('go with the person who is erased', async () => {
    const { done } = await register({ attributes: { income: 12, disability: true } });
    expect((await erase(done.id)).done).toMatchObject({ attributes: {}, personalAttributes: null, attributeDefinitions: [] });
  });
});

describe('a registration', () => {
  it('tells where it stood, since when, by whom and why', async () => {
    const { done } = await register();
    await suspend(done.id);
    await activate(done.id, 'came back');
    expect((await erase(done.id)).done.statusHistory).toEqual([
      { status: 'ACTIVE', actorId: 'registrar', reason: null },
      { status: 'SUSPENDED', actorId: 'registrar', reason: 'moved away' },
      { status: 'ACTIVE', actorId: 'registrar', reason: 'came back' },
      { status: 'ERASED', actorId: 'registrar', reason: 'their wish' },
    ]);
  });

  it('has a history that services of projects cannot add to', async () => {
    const { done } = await register();
    await prisma.auditEntry.create({ data: { id: newId(), actorType: 'SYSTEM', actorId: 'x', action: 'beneficiary.suspended', entityType: 'Beneficiary', entityId: done.id, organizationId, projectId: newId(), correlationId: 'x', payload: {} } });
    expect((await ask(`{ done: beneficiary(id: "${done.id}") { statusHistory { status } } }`)).done).toEqual({ statusHistory: [{ status: 'ACTIVE' }] });
  });

  it('may begin as a draft, and is complete only with what is required', async () => {
    await define('village', 'TEXT', { required: true });
    try {
      expect(await register()).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.attributes\.village: is required/) });
      const { done } = await register({ draft: true });
      expect(done).toMatchObject({ status: 'DRAFT', statusHistory: [{ status: 'DRAFT' }] });
      expect(await activate(done.id)).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^attributes\.village: is required/) });
      await update(done.id, { attributes: { village: 'Kolwa' } });
      expect((await activate(done.id)).done).toMatchObject({ status: 'ACTIVE', statusHistory: [{ status: 'DRAFT' }, { status: 'ACTIVE' }] });
      expect(await update(done.id, { attributes: { village: null } })).toMatchObject({ code: 'BAD_USER_INPUT' });
    } finally {
      const { done } = await ask('{ done: attributeDefinitions { id key } }');
      const village = (done as unknown as Array<{ id: string; key: string }>).find(({ key }) => key === 'village');
      await ask('mutation ($id: ID!, $key: String!) { done: changeAttribute(id: $id, input: { active: false }, idempotencyKey: $key) { id } }', { id: village?.id });
    }
  });

  it('says how exactly the day of birth is known', async () => {
    const { done } = await register({ birthDate: '1990-01-01', birthDatePrecision: 'YEAR' });
    expect(done).toMatchObject({ birthDate: '1990-01-01', birthDatePrecision: 'YEAR' });
    expect((await update(done.id, { birthDate: '1990-03-04', birthDatePrecision: 'DAY' })).done).toMatchObject({ birthDatePrecision: 'DAY' });
    expect((await register()).done).toMatchObject({ birthDate: null, birthDatePrecision: 'DAY' });
  });

  it('of somebody who is erased is not changed any more', async () => {
    const { done } = await register();
    await erase(done.id);
    for (const change of [() => update(done.id, { fullName: 'Back Again' }), () => suspend(done.id), () => activate(done.id), () => verify(done.id, validator)]) expect(await change()).toMatchObject({ code: 'INVALID_TRANSITION' });
  });
});

describe('a verification', () => {
  it('says who found the registration true, how and when, and never by who made it', async () => {
    const { done } = await register();
    expect(done).toMatchObject({ registeredById: 'registrar', verification: null });
    expect(await verify(done.id, registrar)).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('Who registered a person does not verify') });
    expect((await verify(done.id, validator)).done.verification).toEqual({ on: '2026-03-01', method: 'HOME_VISIT', byId: 'validator' });
    await expect(prisma.beneficiary.update({ where: { id: done.id }, data: { verifiedById: 'registrar' } })).rejects.toThrow('beneficiary_verified_by_another');
  });

  it.each([['fullName', 'Somebody Else'], ['birthDate', '1980-01-01'], ['governmentIds', [{ kind: 'passport', number: 'A1' }]]])('ends when the %s is said anew', async (field, value) => {
    const { done } = await register();
    await verify(done.id, validator);
    expect((await update(done.id, { phone: '+254712345678', attributes: { income: 1 } })).done.verification).not.toBeNull();
    expect((await update(done.id, { [field]: value })).done.verification).toBeNull();
  });

  it('needs the permission where the person is, a registration that stands, and a day that has come', async () => {
    const { done } = await register({ areaCode: 'ke.kisumu' });
    const elsewhere: Principal = { ...validator, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions: ['beneficiary:verify', 'beneficiary:read'] }] };
    expect(await verify(done.id, elsewhere)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await verify(done.id, validator, { method: 'DOCUMENT', on: '2999-01-01' })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.on: /) });
    await suspend(done.id);
    expect(await verify(done.id, validator)).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is audited and announced, once for one key', async () => {
    const { done } = await register();
    const key = newId();
    const again = () => ask('mutation ($id: ID!, $key: String!) { done: verifyBeneficiary(id: $id, input: { method: DOCUMENT }, idempotencyKey: $key) { id } }', { id: done.id, key }, validator);
    await Promise.all([again(), again(), again()]);
    const { rows } = await pool.query(`SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = $1 AND action = 'beneficiary.verified') AS audit, (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'beneficiary.verified') AS events`, [done.id]);
    expect(rows[0]).toEqual({ audit: 1, events: 1 });
  });
});

it('histories and definitions of a whole list cost one statement each', async () => {
  for (let index = 0; index < 5; index += 1) await register({ attributes: { income: index } });
  const count = async (fields: string): Promise<number> => {
    statements = 0;
    expect((await ask(`{ done: beneficiaries(first: 200) { edges { node { id ${fields} } } } }`)).code).toBeUndefined();
    return statements;
  };
  const plain = await count('');
  expect((await count('statusHistory { status }')) - plain).toBe(1);
  // Prisma reads the attribute of each definition along, in one more.
  expect((await count('attributeDefinitions { key }')) - plain).toBeLessThanOrEqual(2);
});
