import { graphql, type ExecutionResult } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { kindsOfVendor } from '../documents';
import type { ProtectedData } from '../protected-data';
import { createTestProtectedData } from '../testing/slices';
import { createVendors, sealPlainContacts } from '.';
import { Onboarding } from './onboarding.service';
import { VendorRepository } from './vendor.repository';
import { VendorService } from './vendor.service';
import { VendorStanding } from './vendor.standing';
import { VendorOrder } from './vendor.type';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let service: VendorService;
let standing: VendorStanding;
let onboarding: Onboarding;
let protectedData: ProtectedData;
let checker: Principal;
let linked: string[] = [];
let subgraph: Subgraph;
let clerk: Principal;
let stranger: Principal;
let queries = 0;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;
const shop = (change: object = {}): object => ({ name: `Shop ${(counter += 1)}`, contactPhone: '+254712345678', ...change });

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    queries += 1;
    return query(...args);
  }) as typeof pool.query;
  prisma = createDatabase(pool);
  protectedData = createTestProtectedData();
  const documents = { kindsOf: async () => new Set(linked) };
  const repository = new VendorRepository(prisma);
  onboarding = new Onboarding(prisma);
  service = new VendorService(prisma, repository, protectedData);
  standing = new VendorStanding(prisma, repository, onboarding, documents);
  subgraph = await buildCoreSubgraph([createVendors({ database: prisma, protectedData, documents })]);
  const [ours, theirs] = await Promise.all(['ours', 'theirs'].map((slug) => prisma.organization.create({ data: { id: newId(), slug, name: slug } })));
  const principal = { subject: 'clerk', roles: [], permissions: ['vendor:read', 'vendor:write', 'vendor:read-pii', 'organization:update'], projectPermissions: {} };
  checker = { ...principal, subject: 'checker', organizationId: ours?.id ?? null };
  clerk = { ...principal, organizationId: ours?.id ?? null };
  stranger = { ...principal, organizationId: theirs?.id ?? null };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function ask(principal: Principal, source: string, variableValues: Record<string, unknown> = {}): Promise<ExecutionResult> {
  queries = 0;
  return graphql({ schema: subgraph.schema, source, variableValues, contextValue: { principal } });
}

async function statusOf(id: string): Promise<string | undefined> {
  return (await prisma.vendor.findUnique({ where: { id } }))?.status;
}

const account = { kind: 'MOBILE_MONEY', provider: 'M-Pesa', number: '0712345678', holder: 'Wanjiru' };
const plain = (result: ExecutionResult): unknown => JSON.parse(JSON.stringify(result));

async function user(organizationId = clerk.organizationId): Promise<string> {
  const id = newId();
  await prisma.user.create({ data: { id, organizationId: organizationId ?? '', displayName: 'U', email: `${id}@ours.example`, passwordHash: 'x' } });
  return id;
}

async function newProject(): Promise<string> {
  const id = newId();
  await prisma.project.create({
    data: { id, organizationId: clerk.organizationId ?? '', slug: id, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
  });
  return id;
}

async function approved(change: object = {}): Promise<string> {
  const id = await service.register(clerk, shop(change), key());
  await standing.approve(checker, id, { key: key() });
  return id;
}

describe('the standing of a vendor', () => {
  it('goes from pending to approved, is set aside, comes back, and ends; each step says who and why', async () => {
    const id = await approved();
    await standing.suspend(clerk, id, { reason: 'Prices above the list', key: key() });
    await standing.approve(checker, id, { reason: 'Settled', key: key() });
    await standing.offboard(clerk, id, { reason: 'Closed shop', key: key() });
    expect(await statusOf(id)).toBe('OFFBOARDED');
    const { data } = await ask(clerk, 'query ($id: ID!) { vendor(id: $id) { history { status reason actorId byMaker } } }', { id });
    expect(plain({ data: data ?? null })).toEqual({
      data: {
        vendor: {
          history: [
            { status: 'PENDING', reason: null, actorId: 'clerk', byMaker: false },
            { status: 'APPROVED', reason: null, actorId: 'checker', byMaker: false },
            { status: 'SUSPENDED', reason: 'Prices above the list', actorId: 'clerk', byMaker: false },
            { status: 'APPROVED', reason: 'Settled', actorId: 'checker', byMaker: false },
            { status: 'OFFBOARDED', reason: 'Closed shop', actorId: 'clerk', byMaker: false },
          ],
        },
      },
    });
    const { rows } = await pool.query('SELECT action, payload FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [id]);
    expect(rows.map(({ action, payload }) => [action, payload.reason])).toEqual([
      ['vendor.registered', undefined],
      ['vendor.approved', undefined],
      ['vendor.suspended', 'Prices above the list'],
      ['vendor.approved', 'Settled'],
      ['vendor.offboarded', 'Closed shop'],
    ]);
  });

  it('takes no step twice under another key, and repeats the answer under the same', async () => {
    const id = await service.register(clerk, shop(), key());
    await standing.approve(checker, id, { key: 'approve-once' });
    await expect(standing.approve(checker, id, { key: 'approve-once' })).resolves.toBe(id);
    await expect(standing.approve(checker, id, { key: key() })).rejects.toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringContaining('PENDING or SUSPENDED') });
    const { rows } = await pool.query(
      `SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = $1 AND action = 'vendor.approved') AS audit,
        (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'vendor.approved') AS events`,
      [id],
    );
    expect(rows[0]).toEqual({ audit: 1, events: 1 });
  });

  it('changes once of many at the same time', async () => {
    const id = await service.register(clerk, shop(), key());
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => standing.approve(checker, id, { key: key() })));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await prisma.vendorStep.count({ where: { vendorId: id } })).toBe(2);
  });

  const leads = { PENDING: ['APPROVED', 'OFFBOARDED'], APPROVED: ['SUSPENDED', 'OFFBOARDED'], SUSPENDED: ['APPROVED', 'OFFBOARDED'], OFFBOARDED: [] } as const;
  const all = ['PENDING', 'APPROVED', 'SUSPENDED', 'OFFBOARDED'] as const;
  it.each(all.flatMap((from) => all.filter((to) => to !== from).map((to) => [from, to] as const)))('from %s to %s: service and database agree', async (from, to) => {
    const ways = { PENDING: [], APPROVED: ['APPROVED'], SUSPENDED: ['APPROVED', 'SUSPENDED'], OFFBOARDED: ['OFFBOARDED'] } as const;
    const at = async (): Promise<string> => {
      const id = await service.register(clerk, shop(), key());
      for (const status of ways[from]) await prisma.vendor.update({ where: { id }, data: { status } });
      return id;
    };
    const open = (leads[from] as readonly string[]).includes(to);
    const written = await Promise.allSettled([prisma.vendor.update({ where: { id: await at() }, data: { status: to } })]);
    expect(written[0]?.status).toBe(open ? 'fulfilled' : 'rejected');
    const steps = { APPROVED: () => standing.approve, SUSPENDED: () => standing.suspend, OFFBOARDED: () => standing.offboard };
    if (to === 'PENDING') return;
    const taken = steps[to]().call(standing, checker, await at(), { reason: 'why', key: key() });
    await (open ? expect(taken).resolves.toEqual(expect.any(String)) : expect(taken).rejects.toMatchObject({ code: 'INVALID_TRANSITION' }));
  });

  it('is nothing that another organisation, or a reader, can change', async () => {
    const id = await service.register(clerk, shop(), key());
    await expect(standing.approve(stranger, id, { key: key() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(standing.approve({ ...checker, permissions: ['vendor:read'] }, id, { key: key() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(standing.approve(checker, 'no-id', { key: key() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(service.update(stranger, id, { name: 'Mine' }, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(standing.offboard(stranger, id, { reason: 'x', key: key() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await statusOf(id)).toBe('PENDING');
  });
});

describe('approval', () => {
  afterEach(async () => {
    await onboarding.update(clerk, { requiredDocuments: [], selfApproval: false }, key());
    linked = [];
  });

  it('is not for who registered the vendor, through an API key of theirs neither', async () => {
    const maker = { ...clerk, subject: await user() };
    const apiKey = newId();
    await prisma.apiKey.create({
      data: { id: apiKey, organizationId: clerk.organizationId ?? '', name: apiKey, prefix: apiKey.slice(-8), secretHash: apiKey, role: 'admin', permissions: [], createdById: maker.subject, expiresAt: new Date() },
    });
    const byKey = { ...clerk, subject: `api-key:${apiKey}` };
    for (const [registrar, approver] of [[maker, maker], [byKey, maker], [maker, byKey], [byKey, byKey]] as const) {
      const id = await service.register(registrar, shop(), key());
      await expect(standing.approve(approver, id, { key: key() })).rejects.toMatchObject({ code: 'FORBIDDEN', details: { rule: 'maker-checker' } });
      await standing.approve(checker, id, { key: key() });
    }
  });

  it('by the maker is possible where the organisation says so, and leaves a mark', async () => {
    await onboarding.update(clerk, { selfApproval: true }, key());
    const id = await service.register(clerk, shop(), key());
    await standing.approve(clerk, id, { key: key() });
    expect(await prisma.vendorStep.findMany({ where: { vendorId: id }, orderBy: { id: 'asc' } })).toMatchObject([{ byMaker: false }, { status: 'APPROVED', byMaker: true }]);
    const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE entity_id = $1 AND action = 'vendor.approved'`, [id]);
    expect(rows[0].payload).toEqual({ byMaker: true });
  });

  it('waits for the documents that the organisation asks for, and names what is missing', async () => {
    await onboarding.update(clerk, { requiredDocuments: ['tax-certificate', 'business-licence', 'tax-certificate'] }, key());
    const id = await service.register(clerk, shop(), key());
    linked = ['business-licence', 'photo'];
    await expect(standing.approve(checker, id, { key: key() })).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { missingDocuments: ['tax-certificate'] } });
    linked = ['business-licence', 'tax-certificate'];
    await standing.approve(checker, id, { key: key() });
    await expect(onboarding.update(clerk, { requiredDocuments: ['Tax Certificate'] }, key())).rejects.toMatchObject({ details: { field: 'input.requiredDocuments.0' } });
  });

  it('counts documents that lie stored, and are linked to that vendor', async () => {
    await onboarding.update(clerk, { requiredDocuments: ['business-licence'] }, key());
    const [id, other] = [await service.register(clerk, shop(), key()), await service.register(clerk, shop(), key())];
    const document = async (vendorId: string, status: 'STORED' | 'UPLOADING' | 'DELETED', kind = 'business-licence'): Promise<void> => {
      const row = { id: newId(), organizationId: clerk.organizationId ?? '', kind, filename: 'a.pdf', size: 1, sensitivity: 'INTERNAL', status, createdById: 'x', sha256: 'x', mediaType: 'application/pdf', storageKey: newId() } as const;
      await prisma.document.create({ data: { ...row, links: { create: { targetType: 'VENDOR', targetId: vendorId } } } });
    };
    const real = new VendorStanding(prisma, new VendorRepository(prisma), onboarding, { kindsOf: kindsOfVendor });
    await document(other, 'STORED');
    await document(id, 'UPLOADING');
    await document(id, 'DELETED');
    await document(id, 'STORED', 'photo');
    await expect(real.approve(checker, id, { key: key() })).rejects.toMatchObject({ details: { missingDocuments: ['business-licence'] } });
    await document(id, 'STORED');
    await real.approve(checker, id, { key: key() });
  });

  it('covers where money goes: an account changes only while not approved, and not by who then approves', async () => {
    const id = await approved({ payoutAccount: account });
    const elsewhere = { payoutAccount: { ...account, number: '0799999999' } };
    await expect(service.update(checker, id, elsewhere, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { field: 'input.payoutAccount' } });
    await expect(service.update(checker, id, { walletAddress: null }, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await service.update(checker, id, { contactName: 'Otieno' }, key());
    await standing.suspend(checker, id, { reason: 'New account', key: key() });
    await service.update(checker, id, elsewhere, key());
    await expect(standing.approve(checker, id, { key: key() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { data } = await ask(clerk, 'query ($id: ID!) { vendor(id: $id) { contactName contactPhone payoutAccount { number } } }', { id });
    expect(plain({ data: data ?? null })).toEqual({ data: { vendor: { contactName: 'Otieno', contactPhone: '+254712345678', payoutAccount: { number: '0799999999' } } } });
  });

  it('of an area stays there: nobody moves a vendor beyond what they may change', async () => {
    const local = { ...clerk, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions: ['vendor:read', 'vendor:write'] }] };
    const id = await service.register(local, shop({ areaCode: 'ke.siaya.bondo' }), key());
    await expect(service.update(local, id, { areaCode: 'ke.nakuru' }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(service.update(local, id, { areaCode: null }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(service.register(local, shop({ areaCode: 'ke.siaya2' }), key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await service.update(local, id, { areaCode: 'ke.siaya.ugunja' }, key());
  });
});

describe('registering', () => {
  it.each([
    ['an empty name', { name: ' ' }, 'input.name'],
    ['a name that the database cannot hold', { name: 'a\0b' }, 'input.name'],
    ['a phone number without a country', { contactPhone: '0712345678' }, 'input.contactPhone'],
    ['an area that is no path', { areaCode: 'Kisumu Town' }, 'input.areaCode'],
    ['a wallet that is none', { walletAddress: '0x12' }, 'input.walletAddress'],
    ['an e-mail address that is none', { contactEmail: 'x@' }, 'input.contactEmail'],
    ['an account without a number', { payoutAccount: { ...account, number: ' ' } }, 'input.payoutAccount.number'],
    ['an owner who is nobody', { ownerUserId: newId() }, 'input.ownerUserId'],
  ])('refuses %s by field', async (_what, change, field) => {
    await expect(service.register(clerk, shop(change), key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  });

  it('keeps a name to one vendor of an organisation', async () => {
    await service.register(clerk, shop({ name: 'Corner Café' }), key());
    await expect(service.register(clerk, shop({ name: 'Corner Cafe\u0301 ' }), key())).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.name' } });
    await expect(service.register(stranger, shop({ name: 'Corner Café' }), key())).resolves.toEqual(expect.any(String));
  });
});

describe('reading', () => {
  it('shows contacts and account only to who may read them, and to who acts for the vendor', async () => {
    const owner = { ...clerk, subject: await user(), permissions: [] };
    const id = await service.register(clerk, shop({ contactName: 'Wanjiru', contactEmail: ' W@Example.org', payoutAccount: account, ownerUserId: owner.subject }), key());
    const source = 'query ($id: ID!) { vendor(id: $id) { contactName contactPhone contactEmail payoutAccount { kind provider number holder } } }';
    const all = { contactName: 'Wanjiru', contactPhone: '+254712345678', contactEmail: 'w@example.org', payoutAccount: account };
    expect(plain(await ask(clerk, source, { id }))).toEqual({ data: { vendor: all } });
    expect(plain(await ask(owner, source, { id }))).toEqual({ data: { vendor: all } });
    const { rows } = await pool.query(`SELECT actor_id, payload FROM audit_entry WHERE action = 'vendor.personal-data-read' AND payload->'vendorIds' ? $1 ORDER BY seq`, [id]);
    expect(rows).toEqual([clerk, owner].map(({ subject }) => ({ actor_id: subject, payload: { purpose: 'unstated', vendorIds: [id] } })));
    const none = { contactName: null, contactPhone: null, contactEmail: null, payoutAccount: null };
    expect(plain(await ask({ ...clerk, permissions: ['vendor:read', 'vendor:write'] }, source, { id }))).toEqual({ data: { vendor: none } });
    expect(plain(await ask(stranger, source, { id }))).toEqual({ data: { vendor: null } });
    expect(plain(await ask({ ...owner, organizationId: stranger.organizationId }, source, { id }))).toEqual({ data: { vendor: null } });
    expect(plain(await ask(owner, '{ myVendors { id } }'))).toEqual({ data: { myVendors: [{ id }] } });
    expect((await ask(owner, '{ vendors { edges { node { id } } } }')).errors?.[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('leaves no contact or account in any table, in the open or encoded', async () => {
    const id = await service.register(clerk, shop({ contactName: 'Findable Person', payoutAccount: { ...account, number: '998877665544' } }), key());
    await service.update(clerk, id, { contactEmail: 'findable@example.org' }, key());
    for (const table of ['vendor', 'vendor_pii', 'vendor_step', 'audit_entry', 'outbox_event', 'idempotency_key']) {
      const { rows } = await pool.query(`SELECT count(*)::int AS found FROM ${table} t WHERE t::text ~* 'findable|998877665544' OR t::text LIKE '%' || encode('Findable'::bytea, 'hex') || '%'`);
      expect({ table, found: rows[0].found }).toEqual({ table, found: 0 });
    }
  });

  it('seals what an older version left in the open, once, and never over what is newer', async () => {
    const [id, newer] = [newId(), await service.register(clerk, shop(), key())];
    await prisma.vendor.create({ data: { id, organizationId: clerk.organizationId ?? '', name: id, contactPhone: '+254700111222' } });
    await prisma.vendor.update({ where: { id: newer }, data: { contactPhone: '+254700333444' } });
    expect(await sealPlainContacts(prisma, protectedData)).toBe(2);
    expect(await sealPlainContacts(prisma, protectedData)).toBe(0);
    const { data } = await ask(clerk, 'query ($a: ID!, $b: ID!) { a: vendor(id: $a) { contactPhone } b: vendor(id: $b) { contactPhone } }', { a: id, b: newer });
    expect(data).toEqual({ a: { contactPhone: '+254700111222' }, b: { contactPhone: '+254712345678' } });
    expect(await prisma.vendor.count({ where: { contactPhone: { not: null } } })).toBe(0);
  });

  it.each([VendorOrder.OLDEST_FIRST, VendorOrder.NEWEST_FIRST, VendorOrder.NAME])('lists every vendor once, page by page, %s', async (order) => {
    for (const name of ['b', 'A', 'ä', 'C']) await service.register(clerk, shop({ name: `${name} ${order} ${'x'.repeat(150)}` }), key());
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const source = 'query ($after: String, $orderBy: VendorOrder) { vendors(first: 3, after: $after, orderBy: $orderBy) { edges { node { id } } pageInfo { hasNextPage endCursor } } }';
      const { data } = (await ask(clerk, source, { after, orderBy: order })) as unknown as { data: { vendors: { edges: Array<{ node: { id: string } }>; pageInfo: { hasNextPage: boolean; endCursor: string } } } };
      seen.push(...data.vendors.edges.map(({ node }) => node.id));
      if (!data.vendors.pageInfo.hasNextPage) break;
      after = data.vendors.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(await prisma.vendor.count({ where: { organizationId: clerk.organizationId ?? '' } }));
    if (order !== VendorOrder.NAME) expect(seen).toEqual([...seen].sort((a, b) => (order === VendorOrder.OLDEST_FIRST === a < b ? -1 : 1)));
  });

  it('narrows by area, owner and project, and tells nobody who works in a project that is not theirs', async () => {
    const [owner, project] = [await user(), await newProject()];
    const id = await service.register(clerk, shop({ areaCode: 'ke.homabay.mbita', ownerUserId: owner }), key());
    const near = await service.register(clerk, shop({ areaCode: 'ke.homabay2' }), key());
    await prisma.projectVendor.create({ data: { projectId: project, vendorId: id } });
    const found = async (filter: object, by = clerk): Promise<string[]> => (await service.list(by, filter, { page: { first: 200, after: null } })).map((row) => row.id);
    expect(await found({ areaCode: 'ke.homabay' })).toEqual([id]);
    expect(await found({ areaCode: 'ke.homabay2' })).toEqual([near]);
    expect(await found({ ownerUserId: owner })).toEqual([id]);
    expect(await found({ projectId: project })).toEqual([id]);
    const other = await newProject();
    await prisma.projectVendor.create({ data: { projectId: other, vendorId: id } });
    const local = { ...clerk, permissions: [], projectPermissions: { [other]: ['vendor:read'] } };
    expect(await found({ projectId: other }, local)).toEqual([id]);
    expect(await found({ projectId: project }, local)).toEqual([]);
  });

  it('takes a search for what it says: the signs of SQL patterns stand for themselves', async () => {
    await service.register(clerk, shop({ name: '100% Wool_House' }), key());
    const found = async (search: string): Promise<string[]> =>
      (await service.list(clerk, { search }, { page: { first: 200, after: null } })).map((row) => row.name);
    expect(await found('100%')).toEqual(['100% Wool_House']);
    expect(await found('wool_h')).toEqual(['100% Wool_House']);
    expect(await found('%')).toEqual(['100% Wool_House']);
    expect(await found('S_op')).toEqual([]);
    expect(await found('\\')).toEqual([]);
  });

  it('shows someone with a role in one project only the vendors assigned there', async () => {
    const [inside, outside] = [await service.register(clerk, shop(), key()), await service.register(clerk, shop(), key())];
    const project = await newProject();
    await prisma.projectVendor.create({ data: { projectId: project, vendorId: inside } });
    const local = { ...clerk, permissions: [], projectPermissions: { [project]: ['vendor:read'] } };
    const { data } = await ask(local, 'query ($a: ID!, $b: ID!) { vendors { edges { node { id } } } a: vendor(id: $a) { id } b: vendor(id: $b) { id } }', { a: inside, b: outside });
    expect(data).toEqual({ vendors: { edges: [{ node: { id: inside } }] }, a: { id: inside }, b: null });
  });

  it('reads two hundred references in one query, and one more for all that is sealed', async () => {
    const rows = Array.from({ length: 200 }, (_, n) => ({ id: newId(), organizationId: clerk.organizationId ?? '', name: `Bulk ${n}` }));
    await prisma.vendor.createMany({ data: rows });
    const representations = rows.map(({ id }) => ({ __typename: 'Vendor', id }));
    const { data } = await ask(clerk, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Vendor { name contactPhone } } }', { r: representations });
    expect((data?._entities as Array<{ name: string }>).map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
    expect(queries).toBe(2); // none has contacts: nothing is read, and nothing recorded
  });
});
