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
let officer: Principal;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  const organization = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  const permissions = ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write', 'beneficiary:erase', 'grievance:read', 'grievance:write', 'audit:read'];
  officer = { subject: 'officer', organizationId: organization.id, roles: [], permissions, projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

interface Answer<T> {
  data: T;
  code: unknown;
}

async function ask<T>(source: string, variables: Record<string, unknown> = {}, context: { principal?: Principal; purpose?: string | null } = {}): Promise<Answer<T>> {
  const { principal = officer, purpose = null } = context;
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal, client: { address: null, agent: null, purpose } } });
  return { data: JSON.parse(JSON.stringify(data ?? null)) as T, code: (errors?.[0]?.originalError as { code?: string } | undefined)?.code };
}

async function register(): Promise<string> {
  const input = { referenceId: newId(), fullName: 'Gone Tomorrow', phone: '+254799000001', birthDate: '1980-01-01', gender: 'FEMALE', areaCode: 'ke.kisumu' };
  const { data } = await ask<{ registerBeneficiary: { id: string } }>('mutation ($input: RegisterBeneficiaryInput!, $key: String!) { registerBeneficiary(input: $input, idempotencyKey: $key) { id } }', { input });
  return data.registerBeneficiary.id;
}

const ERASE = 'mutation ($id: ID!, $key: String!) { eraseBeneficiary(id: $id, reason: "asked to be forgotten", idempotencyKey: $key) { id status fullName phones birthDate gender areaCode } }';

describe('erasing a person', () => {
  it('takes away all that says who it was, once, and keeps what was done', async () => {
    const id = await register();
    const key = newId();
    const words = 'mutation ($id: ID!, $key: String!) { fileGrievance(input: { type: OTHER, text: "Gone Tomorrow calls", beneficiaryId: $id }, idempotencyKey: $key) { id } }';
    await ask(words, { id });
    const erased = { eraseBeneficiary: { id, status: 'ERASED', fullName: null, phones: null, birthDate: null, gender: 'UNKNOWN', areaCode: 'ke.kisumu' } };
    expect((await ask(ERASE, { id, key })).data).toEqual(erased);
    expect((await ask(ERASE, { id, key })).data).toEqual(erased);
    expect(await ask(ERASE, { id })).toMatchObject({ code: 'INVALID_TRANSITION' });
    const left = await pool.query('SELECT (SELECT count(*)::int FROM beneficiary_pii WHERE beneficiary_id = $1) AS pii, (SELECT count(*)::int FROM beneficiary_identifier WHERE beneficiary_id = $1) AS identifiers', [id]);
    expect(left.rows[0]).toEqual({ pii: 0, identifiers: 0 });
    expect((await ask('{ beneficiaries(filter: { search: "gone tomorrow" }) { edges { node { id } } } }')).data).toEqual({ beneficiaries: { edges: [] } });
    expect((await ask('query ($id: ID!) { grievances(filter: { beneficiaryId: $id }) { edges { node { steps { text status } } } } }', { id })).data).toEqual({ grievances: { edges: [{ node: { steps: [{ text: null, status: 'NEW' }] } }] } });
    const { rows } = await pool.query('SELECT action FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [id]);
    expect(rows.map(({ action }) => action)).toEqual(['beneficiary.registered', 'beneficiary.erased']);
  });

  it('waits until nothing is on its way to them', async () => {
    const id = await register();
    const project = await prisma.project.create({
      data: { id: newId(), organizationId: officer.organizationId ?? '', slug: newId(), name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
    });
    const enrollment = await prisma.enrollment.create({ data: { id: newId(), projectId: project.id, beneficiaryId: id, status: 'INCLUDED' } });
    expect(await ask(ERASE, { id })).toMatchObject({ code: 'INVALID_TRANSITION' });
    await prisma.enrollment.update({ where: { id: enrollment.id }, data: { status: 'REMOVED' } });
    expect((await ask<{ eraseBeneficiary: object }>(ERASE, { id })).data.eraseBeneficiary).toMatchObject({ status: 'ERASED' });
  });

  it('is not for who may not erase, and tells nobody else that there is such a person', async () => {
    const id = await register();
    expect(await ask(ERASE, { id }, { principal: { ...officer, permissions: ['beneficiary:read'] } })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await ask(ERASE, { id }, { principal: { ...officer, organizationId: newId() } })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('reading personal data', () => {
  const READ = 'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Beneficiary { fullName phone } } }';
  const LOG = 'query ($id: String!) { auditEntries(first: 50, filter: { entityId: $id, action: "beneficiary.personal-data-read" }) { edges { node { action actorId payload } } } }';

  it('is recorded before it is shown: who, whose, and for what, once for all people of a request, and found by each of them', async () => {
    const [ada, ben] = [await register(), await register()];
    await ask(READ, { ids: [ada, ben].map((id) => ({ __typename: 'Beneficiary', id })) }, { purpose: 'case-review' });
    for (const id of [ada, ben]) {
      const { data } = await ask<{ auditEntries: { edges: Array<{ node: object }> } }>(LOG, { id });
      expect(data.auditEntries.edges.map(({ node }) => node)).toEqual([{ action: 'beneficiary.personal-data-read', actorId: 'officer', payload: { purpose: 'case-review', beneficiaryIds: expect.arrayContaining([ada, ben]) } }]);
    }
  });

  it('is not recorded where nothing was shown', async () => {
    const id = await register();
    await ask(READ, { ids: [{ __typename: 'Beneficiary', id }] }, { principal: { ...officer, permissions: ['beneficiary:read'] } });
    await ask('query ($id: ID!) { beneficiary(id: $id) { referenceId } }', { id });
    expect((await ask<{ auditEntries: { edges: object[] } }>(LOG, { id })).data.auditEntries.edges).toEqual([]);
  });

  it('is found without reading the log: the index is used', async () => {
    const owner = createPool(database().url, { max: 1, name: 'test' });
    await owner.query(`INSERT INTO audit_entry (id, actor_type, actor_id, action, entity_type, entity_id, correlation_id, payload, organization_id)
      SELECT gen_random_uuid(), 'USER', 'x', 'beneficiary.personal-data-read', 'PersonalData', 'x', 'x', jsonb_build_object('beneficiaryIds', jsonb_build_array(gen_random_uuid())), gen_random_uuid() FROM generate_series(1, 20000)`);
    await owner.query('ANALYZE audit_entry');
    await owner.query('SET enable_seqscan = off'); // twenty thousand rows are few: the question is whether it can
    const { rows } = await owner.query(`EXPLAIN SELECT * FROM audit_entry WHERE (entity_id = $1 OR (action = $2 AND (payload#>ARRAY['beneficiaryIds']::text[])::jsonb @> $3::jsonb))`.replace('$1', `'x1'`).replace('$2', `'beneficiary.personal-data-read'`).replace('$3', `'["${newId()}"]'`));
    await owner.end();
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Bitmap Index Scan on audit_entry_\d{4}_\d\d_expr_idx/);
  });
});
