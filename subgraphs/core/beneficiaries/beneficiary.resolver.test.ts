import { graphql, type ExecutionResult } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createAttributes } from '../attributes';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestProtectedData } from '../testing/slices';
import { createBeneficiaries } from '.';

interface Statement {
  text: string;
  values: unknown[];
}

const database = useTestDatabase('core');
const statements: Statement[] = [];
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let worker: Principal;
let ids: string[];

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    statements.push(args[0] as Statement);
    return query(...args);
  }) as typeof pool.query;
  prisma = createDatabase(pool);
  const attributes = createAttributes({ database: prisma });
  subgraph = await buildCoreSubgraph([attributes, createBeneficiaries({ database: prisma, protectedData: createTestProtectedData(), attributes })]);
  const organization = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  const permissions = ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write'];
  worker = { subject: 'worker', organizationId: organization.id, roles: [], permissions, projectPermissions: {} };
  const inputs = Array.from({ length: 200 }, (_, n) => ({ referenceId: `REF-${n}`, fullName: `Person ${n}`, phone: '+254712345678', birthDate: '1990-03-01' }));
  ids = await register(worker, inputs);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function ask(principal: Principal, source: string, variableValues: Record<string, unknown> = {}): Promise<ExecutionResult> {
  statements.length = 0;
  return graphql({ schema: subgraph.schema, source, variableValues, contextValue: { principal } });
}

async function register(principal: Principal, inputs: object[]): Promise<string[]> {
  const result = await ask(principal, 'mutation ($inputs: [RegisterBeneficiaryInput!]!, $key: String!) { registerBeneficiaries(inputs: $inputs, idempotencyKey: $key) { id } }', { inputs, key: newId() });
  return (result.data as { registerBeneficiaries: Array<{ id: string }> }).registerBeneficiaries.map(({ id }) => id);
}

function references(principal: Principal, fields: string, asked: readonly string[]): Promise<ExecutionResult> {
  const representations = asked.map((id) => ({ __typename: 'Beneficiary', id }));
  return ask(principal, `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Beneficiary { ${fields} } } }`, { representations });
}

test('two hundred references are one query', async () => {
  const { data } = await references(worker, 'id referenceId birthDate', ids);
  expect((data?._entities as Array<{ id: string }>).map(({ id }) => id)).toEqual(ids);
  expect(data?._entities).toContainEqual({ id: ids[7], referenceId: 'REF-7', birthDate: '1990-03-01' });
  expect(statements).toHaveLength(1);
});

test('personal data of two hundred costs one query more, and one statement that records who has read it', async () => {
  const { data } = await references(worker, 'fullName phone', ids);
  expect(data?._entities).toContainEqual({ fullName: 'Person 7', phone: '+254712345678' });
  expect(statements).toHaveLength(3);
});

test('who may not read personal data gets null without an error, and it is not even read', async () => {
  const viewer = { ...worker, permissions: ['beneficiary:read'] };
  const { data, errors } = await references(viewer, 'referenceId fullName phone', ids);
  expect(errors).toBeUndefined();
  expect(data?._entities).toContainEqual({ referenceId: 'REF-7', fullName: null, phone: null });
  expect(statements.map(({ text }) => text).join()).not.toContain('beneficiary_pii');
  expect(statements).toHaveLength(1);
});

test('references of another organisation, of nobody and of no form are null', async () => {
  const stranger = { ...worker, organizationId: newId() };
  expect((await references(stranger, 'id', ids.slice(0, 1))).data?._entities).toEqual([null]);
  expect((await references(worker, 'id', [newId(), "'; DROP TABLE beneficiary", ids[0] ?? ''])).data?._entities).toEqual([null, null, { id: ids[0] }]);
});

test('text that the database cannot hold is refused by field, not by a crash', async () => {
  const registered = await ask(worker, 'mutation ($name: String!) { registerBeneficiary(input: { referenceId: "r", fullName: $name }, idempotencyKey: "nul") { id } }', { name: 'a\0b' });
  expect(registered.errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.fullName' } });
  const found = await ask(worker, 'query ($reference: String!) { beneficiaries(filter: { referenceId: $reference }) { edges { node { id } } } }', { reference: 'a\0b' });
  expect(found.errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'filter.referenceId' } });
});

test('pages meet without a gap', async () => {
  const page = 'query ($after: String) { beneficiaries(first: 150, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }';
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const { beneficiaries } = (await ask(worker, page, { after })).data as { beneficiaries: { edges: Array<{ node: { id: string } }>; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    seen.push(...beneficiaries.edges.map(({ node }) => node.id));
    if (!beneficiaries.pageInfo.hasNextPage) break;
    after = beneficiaries.pageInfo.endCursor;
  }
  expect(seen).toEqual(ids);
});

test('the statement of the list walks the index on organisation and id, among twenty thousand people of others', async () => {
  const neighbour = await prisma.organization.create({ data: { id: newId(), slug: 'neighbour', name: 'Neighbour' } });
  const owner = createPool(database().url, { max: 1, name: 'test' }); // the service's role may not ANALYZE
  await owner.query(
    `INSERT INTO beneficiary (id, organization_id, reference_id, updated_at) SELECT gen_random_uuid(), $1, 'bulk-' || n, now() FROM generate_series(1, 20000) n`,
    [neighbour.id],
  );
  await owner.query('ANALYZE beneficiary');
  const { data } = await ask(worker, '{ beneficiaries(first: 20) { pageInfo { endCursor } } }');
  const after = (data?.beneficiaries as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
  for (const cursor of [null, after]) {
    await ask(worker, 'query ($after: String) { beneficiaries(first: 20, after: $after) { edges { node { id } } } }', { after: cursor });
    const [list] = statements;
    const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${list?.text}`, list?.values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('beneficiary_organization_id_id_idx');
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  }
  await owner.end();
});
