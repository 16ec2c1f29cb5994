import { anonymous, PRINCIPAL_HEADER, type Principal } from '#kernel/auth';
import { createPool, fromPg, inTransaction, newId, type Pool } from '#kernel/db';
import { appendEvents, type NewEvent } from '#kernel/events';
import { mountSubgraph, type Subgraph } from '#kernel/graphql';
import { createLogger } from '#kernel/telemetry';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { beneficiaryEvents } from '../beneficiaries';
import type { CoreContext } from '../context';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';
import { enrollmentEvents } from '../enrollments';
import { projectEvents } from '../projects';
import { userEvents } from '../users';
import { vendorEvents } from '../vendors';
import { FeedRepository, createEventLookup, subscriptions, type FeedEvent } from '.';
import { createLine, type Line } from './testing/line';

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: Array<{ extensions: { code: string } }>;
}

const READ = ['project:read', 'beneficiary:read', 'vendor:read', 'enrollment:read'];
const database = useTestDatabase('core');
const ids = { ours: newId(), theirs: newId(), project: newId(), other: newId(), person: newId(), shop: newId(), enrollment: newId() };
const everything: Principal = { subject: 'reader', organizationId: ids.ours, roles: [], permissions: READ, projectPermissions: {} };
const stranger: Principal = { ...everything, organizationId: ids.theirs };
const inOneProject: Principal = { ...everything, permissions: [], projectPermissions: { [ids.other]: READ } };
const powerless: Principal = { ...everything, permissions: ['audit:read'] };
let pool: Pool;
let prisma: CoreDatabase;
let feed: FeedRepository;
let line: Line;
let subgraph: Subgraph;
let stop: () => Promise<void>;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  feed = new FeedRepository(fromPg(pool));
  await fill();
  const { all } = createTestSlices(prisma);
  subgraph = await buildCoreSubgraph(all);
  line = await createLine();
  const apollo = await mountSubgraph<CoreContext, FeedEvent>(line.server, {
    subgraph,
    logger: createLogger({ name: 'test', level: 'silent' }),
    verify: async (token) => JSON.parse(token ?? '') as Principal,
    context: (principal, event) => ({ principal, event }),
    eventById: createEventLookup(feed),
  });
  stop = () => apollo.stop();
  await line.listen();
});
afterAll(async () => {
  await line.close();
  await stop();
  await prisma.$disconnect();
  await pool.end();
});

async function fill(): Promise<void> {
  const plan = { typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } as const;
  for (const id of [ids.ours, ids.theirs]) await prisma.organization.create({ data: { id, slug: id, name: id } });
  for (const id of [ids.project, ids.other]) await prisma.project.create({ data: { ...plan, id, organizationId: ids.ours, slug: id, name: 'P' } });
  await prisma.beneficiary.create({ data: { id: ids.person, organizationId: ids.ours, referenceId: 'REF-1' } });
  await prisma.vendor.create({ data: { id: ids.shop, organizationId: ids.ours, name: 'Shop', status: 'APPROVED' } });
  await prisma.enrollment.create({ data: { id: ids.enrollment, projectId: ids.project, beneficiaryId: ids.person } });
  await prisma.projectVendor.create({ data: { projectId: ids.project, vendorId: ids.shop } });
}

/** Publishes an event as it stands, whatever its payload. @returns its id. */
async function publish(name: string, aggregateType: string, aggregateId: string, projectId?: string): Promise<string> {
  const definition = { ...beneficiaryEvents.updated, name };
  const event: NewEvent = { definition, aggregateType, aggregateId, payload: { beneficiaryId: ids.person, organizationId: ids.ours }, ...(projectId ? { projectId } : {}) };
  return inTransaction(pool, async (tx) => {
    const [id = ''] = await appendEvents(tx, [event]);
    await feed.publish(tx, [id]);
    return id;
  });
}

async function ask(principal: Principal, query: string, extensions?: object, variables?: object): Promise<Answer & { status: number }> {
  const { status, body } = await line.post('/graphql', { query, variables, ...(extensions ? { extensions } : {}) }, { [PRINCIPAL_HEADER]: JSON.stringify(principal) });
  return { status, ...(body as Answer) };
}
const about = (principal: Principal, id: string, selection: string) => ask(principal, `subscription { ${selection} }`, { event: { id } });

const PROJECT = 'projectEvents { id name version occurredAt position project { id slug } }';
const PERSON = 'beneficiaryEvents { name beneficiary { referenceId } }';
const SHOP = 'vendorEvents { name vendor { name } }';
const STANDING = 'enrollmentEvents { name enrollment { beneficiaryId } projectVendor { vendorId } }';

test('an event is told with the thing that it is about, as that is now', async () => {
  const id = await publish('project.paused', 'Project', ids.project, ids.project);
  const { data, errors } = await about(everything, id, PROJECT);
  expect(errors).toBeUndefined();
  expect(data?.projectEvents).toEqual({
    id,
    name: 'project.paused',
    version: 1,
    occurredAt: expect.stringMatching(/Z$/),
    position: await feed.newest(),
    project: { id: ids.project, slug: ids.project },
  });
});

test.each([
  ['news of a project’s service', 'project.rfv.voucher-issued', 'RfvVoucher', 'v1', ids.project, PROJECT, { project: { slug: ids.project } }],
  ['news of a project’s contract', 'chain.contract-deployed', 'Project', ids.project, ids.project, PROJECT, { project: { slug: ids.project } }],
  ['news of a person', 'beneficiary.updated', 'Beneficiary', ids.person, undefined, PERSON, { beneficiary: { referenceId: 'REF-1' } }],
  ['news of a vendor', 'vendor.approved', 'Vendor', ids.shop, undefined, SHOP, { vendor: { name: 'Shop' } }],
  ['a person’s standing', 'enrollment.created', 'Enrollment', ids.enrollment, ids.project, STANDING, { enrollment: { beneficiaryId: ids.person }, projectVendor: null }],
  ['a vendor’s standing', 'enrollment.vendor-assigned', 'ProjectVendor', `${ids.project}:${ids.shop}`, ids.project, STANDING, { enrollment: null, projectVendor: { vendorId: ids.shop } }],
])('%s is told to those who may see it, and to nobody else', async (_what, name, type, aggregateId, projectId, selection, told) => {
  const id = await publish(name, type, aggregateId, projectId);
  const [field = ''] = selection.split(' ');
  expect((await about(everything, id, selection)).data?.[field]).toMatchObject({ name, ...told });
  for (const other of [stranger, inOneProject]) expect(await about(other, id, selection)).toEqual({ status: 200, data: { [field]: null } });
});

test('who may see one project only hears of that one', async () => {
  const id = await publish('project.resumed', 'Project', ids.other, ids.other);
  expect((await about(inOneProject, id, PROJECT)).data?.projectEvents).toMatchObject({ id });
});

test.each(['subscription { projectEvents { id } }', 'subscription { beneficiaryEvents { id } }', 'subscription { vendorEvents { id } }', 'subscription { enrollmentEvents { id } }'])(
  'whether one may subscribe to %s can be asked without an event',
  async (query) => {
    const probe = { event: null };
    expect(Object.values((await ask(everything, query, probe)).data ?? {})).toEqual([null]);
    expect((await ask(inOneProject, query, probe)).errors).toBeUndefined();
    expect((await ask(powerless, query, probe)).errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    expect((await ask(anonymous, query, probe)).errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  },
);

test('arguments narrow what is told', async () => {
  const id = await publish('project.paused', 'Project', ids.project, ids.project);
  const told = async (args: string): Promise<boolean> => (await about(everything, id, `projectEvents${args} { id }`)).data?.projectEvents !== null;
  expect(await told(`(projectId: "${ids.project}")`)).toBe(true);
  expect(await told(`(projectId: "${ids.other}")`)).toBe(false);
  expect(await told('(names: ["project.closed", "project.paused"])')).toBe(true);
  expect(await told('(names: [])')).toBe(false);
  expect(await told('(names: null, projectId: null)')).toBe(true);
});

test('a field tells of its own events only', async () => {
  const id = await publish('enrollment.created', 'Enrollment', ids.enrollment, ids.project);
  expect((await about(everything, id, PROJECT)).data).toEqual({ projectEvents: null });
});

test('an event that is unknown, not yet published, or about what is gone, is told to nobody', async () => {
  const [unpublished = ''] = await inTransaction(pool, (tx) =>
    appendEvents(tx, [{ definition: beneficiaryEvents.updated, aggregateType: 'Beneficiary', aggregateId: ids.person, payload: { beneficiaryId: ids.person, organizationId: ids.ours } }]),
  );
  const gone = await publish('beneficiary.updated', 'Beneficiary', newId());
  for (const id of [unpublished, gone, newId(), 'nonsense']) expect(await about(everything, id, PERSON)).toEqual({ status: 200, data: { beneficiaryEvents: null } });
});

test.each([
  ['a subscription without an event', 'subscription { vendorEvents { id } }', undefined],
  ['a subscription with other extensions', 'subscription { vendorEvents { id } }', {}],
  ['a query with an event', '{ projects { edges { cursor } } }', { event: null }],
  ['an event in another shape', 'subscription { vendorEvents { id } }', { event: 'x' }],
])('%s is refused by field', async (_what, query, extensions) => {
  const { errors, data, status } = await ask(everything, query, extensions);
  expect({ status, data: data ?? null }).toEqual({ status: 400, data: null });
  expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: expect.stringMatching(/^extensions\.event/) });
});

test('every event of core’s is told by a field, but for those of users', () => {
  const catalogue = [projectEvents, beneficiaryEvents, vendorEvents, enrollmentEvents, { contractDeployed: { name: 'chain.contract-deployed' } }, userEvents].flatMap((events) => Object.values(events).map(({ name }) => name));
  const prefixes = Object.values(subscriptions).flatMap(({ names }) => names as readonly string[]);
  const untold = catalogue.filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));
  expect(untold).toEqual(Object.values(userEvents).map(({ name }) => name));
});

test('what gateways are told of a field fits the field', () => {
  const fields = subgraph.schema.getSubscriptionType()?.getFields() ?? {};
  const described = Object.entries(subscriptions).map(([field, { matches }]) => [field, Object.keys(matches).sort()]);
  expect(described.sort()).toEqual(Object.values(fields).map(({ name, args }) => [name, args.map((argument) => argument.name).sort()]).sort());
});
