import { graphql, type ExecutionResult } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';

const PEOPLE = 200;
const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let reader: Principal;
let organizationId: string;
let projects: string[];
let people: string[];
let shops: string[];
let queries = 0;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    queries += 1;
    return query(...args);
  }) as typeof pool.query;
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  const permissions = ['project:read', 'beneficiary:read', 'vendor:read', 'enrollment:read'];
  reader = { subject: 'reader', organizationId, roles: [], permissions, projectPermissions: {} };
  projects = await fill();
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

/** Fifty projects; the people and shops take part in the first two. */
async function fill(): Promise<string[]> {
  people = Array.from({ length: PEOPLE }, () => newId());
  shops = Array.from({ length: 5 }, () => newId());
  const made = Array.from({ length: 50 }, () => newId());
  const plan = { typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } as const;
  await prisma.beneficiary.createMany({ data: people.map((id) => ({ id, organizationId, referenceId: id })) });
  await prisma.vendor.createMany({ data: shops.map((id) => ({ id, organizationId, name: id, status: 'APPROVED' as const })) });
  await prisma.project.createMany({ data: made.map((id) => ({ ...plan, id, organizationId, slug: `p-${id}`, name: 'P' })) });
  for (const projectId of made.slice(0, 2)) {
    await prisma.enrollment.createMany({ data: people.map((beneficiaryId) => ({ id: newId(), projectId, beneficiaryId })) });
    await prisma.projectVendor.createMany({ data: shops.map((vendorId) => ({ projectId, vendorId, dailyLimitMinor: 9_007_199_254_740_993n })) });
  }
  return made;
}

async function ask(principal: Principal, source: string, variableValues: Record<string, unknown> = {}): Promise<ExecutionResult> {
  queries = 0;
  return graphql({ schema: subgraph.schema, source, variableValues, contextValue: { principal } });
}

async function entities<T>(principal: Principal, representations: object[], fields: string): Promise<T[]> {
  const result = await ask(principal, `query ($r: [_Any!]!) { _entities(representations: $r) { ${fields} } }`, { r: representations });
  expect(result.errors).toBeUndefined();
  return result.data?._entities as T[];
}

const LISTS = `{ projects(first: 50) { edges { node { id
  enrollments(first: 2) { edges { node { id status createdAt beneficiary { referenceId } } } pageInfo { hasNextPage } }
  vendors(first: 2) { edges { node { status dailyLimitMinor vendor { name } } } pageInfo { hasNextPage } }
} } } }`;

interface Lists {
  projects: { edges: Array<{ node: { enrollments: { edges: unknown[]; pageInfo: object }; vendors: { edges: Array<{ node: object }> } } }> };
}

test('the people and vendors of fifty projects, each page limited on its own, are one query for each kind', async () => {
  const { data, errors } = await ask(reader, LISTS);
  expect(errors).toBeUndefined();
  const nodes = (data as unknown as Lists).projects.edges.map(({ node }) => node);
  expect(nodes.map(({ enrollments }) => enrollments.edges.length)).toEqual([2, 2, ...Array.from({ length: 48 }, () => 0)]);
  expect(nodes[0]?.enrollments.pageInfo).toEqual({ hasNextPage: true });
  expect(nodes[0]?.vendors.edges[0]?.node).toEqual({ status: 'ASSIGNED', dailyLimitMinor: '9007199254740993', vendor: { name: shops[0] } });
  expect(queries).toBe(5); // projects, enrollments, people, project vendors, vendors
});

test('pages of one project meet without a gap, whichever status they are narrowed to', async () => {
  const page = `query ($id: ID!, $after: String, $status: EnrollmentStatus) { project(id: $id) { enrollments(first: 90, after: $after, status: $status) {
    edges { node { beneficiaryId } } pageInfo { hasNextPage endCursor } } } }`;
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await ask(reader, page, { id: projects[0], after, status: 'REGISTERED' });
    const { enrollments } = (data as { project: { enrollments: { edges: Array<{ node: { beneficiaryId: string } }>; pageInfo: { hasNextPage: boolean; endCursor: string } } } }).project;
    seen.push(...enrollments.edges.map(({ node }) => node.beneficiaryId));
    if (!enrollments.pageInfo.hasNextPage) break;
    after = enrollments.pageInfo.endCursor;
  }
  expect(seen).toEqual(people);
  const none = await ask(reader, page, { id: projects[0], status: 'COMPLETED' });
  expect(none.data).toMatchObject({ project: { enrollments: { edges: [] } } });
});

test('two hundred references are one query, by the id as by project and person', async () => {
  const pairs = people.map((beneficiaryId) => ({ __typename: 'Enrollment', projectId: projects[0], beneficiaryId }));
  const byPair = await entities<{ id: string; beneficiaryId: string }>(reader, pairs, '... on Enrollment { id beneficiaryId status }');
  expect(queries).toBe(1);
  expect(byPair.map(({ beneficiaryId }) => beneficiaryId)).toEqual(people);
  const byId = await entities<{ id: string }>(reader, byPair.map(({ id }) => ({ __typename: 'Enrollment', id })), '... on Enrollment { id projectId }');
  expect(queries).toBe(1);
  expect(byId.map(({ id }) => id)).toEqual(byPair.map(({ id }) => id));
});

test('references of vendors in projects are one query', async () => {
  const pairs = projects.slice(0, 3).flatMap((projectId) => shops.map((vendorId) => ({ __typename: 'ProjectVendor', projectId, vendorId })));
  const found = await entities<{ vendorId: string } | null>(reader, pairs, '... on ProjectVendor { vendorId status }');
  expect(queries).toBe(1);
  expect(found.map((vendor) => vendor?.vendorId ?? null)).toEqual([...shops, ...shops, ...shops.map(() => null)]);
});

test('references of no form, of nobody, and asked by another organisation are null', async () => {
  const pair = { __typename: 'Enrollment', projectId: projects[0], beneficiaryId: people[0] };
  const odd = [{ __typename: 'Enrollment', id: "'; --" }, { __typename: 'Enrollment', id: newId() }, { ...pair, projectId: 'x' }];
  expect(await entities(reader, odd, '... on Enrollment { id }')).toEqual([null, null, null]);
  expect(await entities({ ...reader, organizationId: newId() }, [pair], '... on Enrollment { id }')).toEqual([null]);
  expect(await entities({ ...reader, permissions: ['project:read'] }, [pair], '... on Enrollment { id }')).toEqual([null]);
});

test('the projects of two hundred people are one query, as far as the caller may see', async () => {
  const references = people.map((id) => ({ __typename: 'Beneficiary', id }));
  const fields = '... on Beneficiary { enrollments { projectId } }';
  const all = await entities<{ enrollments: unknown[] }>(reader, references, fields);
  expect(queries).toBe(2); // people, enrollments
  expect(all.every(({ enrollments }) => enrollments.length === 2)).toBe(true);
  const local = { ...reader, permissions: ['beneficiary:read'], projectPermissions: { [projects[1] ?? '']: ['enrollment:read'] } };
  const some = await entities<{ enrollments: unknown[] }>(local, references, fields);
  expect(some[0]?.enrollments).toEqual([{ projectId: projects[1] }]);
});

test('a person in very many projects shows a hundred of them', async () => {
  const id = newId();
  await prisma.beneficiary.create({ data: { id, organizationId, referenceId: id } });
  const many = Array.from({ length: 101 }, () => newId());
  const plan = { typeCode: 't', status: 'ARCHIVED', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } as const;
  await prisma.project.createMany({ data: many.map((project) => ({ ...plan, id: project, organizationId, slug: `m-${project}`, name: 'P' })) });
  await prisma.enrollment.createMany({ data: many.map((projectId) => ({ id: newId(), projectId, beneficiaryId: id })) });
  const [person] = await entities<{ enrollments: Array<{ projectId: string }> }>(reader, [{ __typename: 'Beneficiary', id }], '... on Beneficiary { enrollments { projectId } }');
  expect(person?.enrollments.map(({ projectId }) => projectId)).toEqual(many.slice(0, 100));
});
