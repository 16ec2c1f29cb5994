import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph, createSlices } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let consents: ReturnType<typeof createSlices>['consents'];
let registrar: Principal;
let statements = 0;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    statements += 1;
    return query(...args);
  }) as typeof pool.query;
  prisma = createDatabase(pool);
  const slices = createTestSlices(prisma);
  consents = slices.consents;
  subgraph = await buildCoreSubgraph(slices.all);
  const organization = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  registrar = { subject: 'registrar', organizationId: organization.id, roles: [], permissions: ['beneficiary:read', 'beneficiary:write'], projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function person(areaCode = 'ke.kisumu'): Promise<string> {
  const id = newId();
  await prisma.beneficiary.create({ data: { id, organizationId: registrar.organizationId ?? '', referenceId: id, areaCode } });
  return id;
}

const RECORD = `mutation ($ids: [ID!]!, $input: RecordConsentInput!, $key: String!) {
  recordConsents(beneficiaryIds: $ids, input: $input, idempotencyKey: $key) { id consents { id purpose wording language givenOn end } } }`;
const WITHDRAW = `mutation ($id: ID!, $purpose: ConsentPurpose!, $key: String!) { withdrawConsent(beneficiaryId: $id, purpose: $purpose, idempotencyKey: $key) { consents(standing: true) { purpose } } }`;
const sharing = { purpose: 'SHARING', method: 'SPOKEN', language: 'sw', wording: 'privacy-notice-3', givenOn: '2026-03-01' };

async function ask(source: string, variables: Record<string, unknown>, principal = registrar): Promise<{ data: Record<string, never>; code: unknown; message: string | undefined }> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  return { data: JSON.parse(JSON.stringify(data ?? null)), code: (errors?.[0]?.originalError as { code?: string } | undefined)?.code, message: errors?.[0]?.message };
}

describe('a consent', () => {
  it('stands until the person takes it back, and is asked for by its purpose', async () => {
    const [ada, ben] = [await person(), await person()];
    await ask(RECORD, { ids: [ada], input: sharing });
    expect(await consents.given('SHARING', [ada, ben])).toEqual(new Set([ada]));
    expect(await consents.given('MESSAGING', [ada, ben])).toEqual(new Set());
    expect((await ask(WITHDRAW, { id: ada, purpose: 'SHARING' })).data).toEqual({ withdrawConsent: { consents: [] } });
    expect(await consents.given('SHARING', [ada])).toEqual(new Set());
    expect(await ask(WITHDRAW, { id: ada, purpose: 'SHARING' })).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is renewed by another one, and both stay on record', async () => {
    const ada = await person();
    await ask(RECORD, { ids: [ada], input: sharing });
    const { data } = await ask(RECORD, { ids: [ada], input: { ...sharing, wording: 'privacy-notice-4', language: 'luo' } });
    expect(data).toMatchObject({ recordConsents: [{ consents: [{ wording: 'privacy-notice-4', language: 'luo', end: null }, { wording: 'privacy-notice-3', givenOn: '2026-03-01', end: 'RENEWED' }] }] });
  });

  it('is recorded once however often it is sent, also at the same moment', async () => {
    const [ada, key] = [await person(), newId()];
    await Promise.all(Array.from({ length: 8 }, () => ask(RECORD, { ids: [ada], input: sharing, key })));
    await Promise.all(Array.from({ length: 8 }, () => ask(RECORD, { ids: [ada], input: { ...sharing, purpose: 'MESSAGING' } })));
    const rows = await prisma.consent.findMany({ where: { beneficiaryId: ada } });
    expect(rows.filter(({ purpose }) => purpose === 'SHARING')).toHaveLength(1);
    expect(rows.filter(({ purpose, endedAt }) => purpose === 'MESSAGING' && endedAt === null)).toHaveLength(1);
    const { rows: told } = await pool.query('SELECT action FROM audit_entry WHERE entity_id = ANY($1)', [rows.map(({ id }) => id)]);
    expect(told).toHaveLength(9);
  });

  it('of somebody in another area is not to be recorded, nor withdrawn, and none of the list is', async () => {
    const [near, far] = [await person('ke.kisumu'), await person('ke.kisumu2')];
    const local: Principal = { ...registrar, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read', 'beneficiary:write'] }] };
    expect(await ask(RECORD, { ids: [near, far], input: sharing }, local)).toMatchObject({ code: 'BAD_USER_INPUT', message: 'beneficiaryIds.1: is no beneficiary whom the caller may change' });
    expect(await ask(WITHDRAW, { id: far, purpose: 'SHARING' }, local)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await consents.given('SHARING', [near, far])).toEqual(new Set());
  });

  it.each([
    ['givenOn', '2999-01-01', /^input\.givenOn: must not be in the future/],
    ['language', 'Swahili!', /^input\.language: /],
    ['wording', ' ', /^input\.wording: must not be empty/],
  ])('with a bad %s is refused by name', async (field, value, message) => {
    expect(await ask(RECORD, { ids: [await person()], input: { ...sharing, [field]: value } })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });
  });

  it('of a whole list costs one statement', async () => {
    await Promise.all(Array.from({ length: 20 }, () => person()));
    const source = (fields: string) => `{ beneficiaries(first: 200) { edges { node { id ${fields} } } } }`;
    const count = async (fields: string): Promise<number> => {
      statements = 0;
      await ask(source(fields), {});
      return statements;
    };
    expect((await count('consents { purpose }')) - (await count(''))).toBe(1);
  });
});
