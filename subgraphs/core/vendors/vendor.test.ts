import { graphql, type ExecutionResult } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createVendors } from '.';
import { VendorRepository } from './vendor.repository';
import { VendorService } from './vendor.service';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let service: VendorService;
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
  service = new VendorService(prisma, new VendorRepository(prisma));
  subgraph = await buildCoreSubgraph([createVendors({ database: prisma })]);
  const [ours, theirs] = await Promise.all(['ours', 'theirs'].map((slug) => prisma.organization.create({ data: { id: newId(), slug, name: slug } })));
  const principal = { subject: 'clerk', roles: [], permissions: ['vendor:read', 'vendor:write'], projectPermissions: {} };
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

describe('the standing of a vendor', () => {
  it('goes from pending to approved, is set aside, and comes back', async () => {
    const id = await service.register(clerk, shop(), key());
    expect(await statusOf(id)).toBe('PENDING');
    await service.approve(clerk, id, key());
    expect(await statusOf(id)).toBe('APPROVED');
    await service.suspend(clerk, id, key());
    expect(await statusOf(id)).toBe('SUSPENDED');
    await service.approve(clerk, id, key());
    expect(await statusOf(id)).toBe('APPROVED');
  });

  it('takes no step twice under another key, and repeats the answer under the same', async () => {
    const id = await service.register(clerk, shop(), key());
    await service.approve(clerk, id, 'approve-once');
    await expect(service.approve(clerk, id, 'approve-once')).resolves.toBe(id);
    await expect(service.approve(clerk, id, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringContaining('PENDING or SUSPENDED') });
    const { rows } = await pool.query(
      `SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = $1 AND action = 'vendor.approved') AS audit,
        (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'vendor.approved') AS events`,
      [id],
    );
    expect(rows[0]).toEqual({ audit: 1, events: 1 });
  });

  it('has no way back for who was offboarded', async () => {
    const id = await service.register(clerk, shop(), key());
    await prisma.vendor.update({ where: { id }, data: { status: 'OFFBOARDED' } });
    await expect(service.approve(clerk, id, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(service.suspend(clerk, id, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is nothing that another organisation, or a reader, can change', async () => {
    const id = await service.register(clerk, shop(), key());
    await expect(service.approve(stranger, id, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(service.approve({ ...clerk, permissions: ['vendor:read'] }, id, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(service.approve(clerk, 'no-id', key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await statusOf(id)).toBe('PENDING');
  });
});

describe('registering', () => {
  it.each([
    ['an empty name', { name: ' ' }, 'input.name'],
    ['a name that the database cannot hold', { name: 'a\0b' }, 'input.name'],
    ['a phone number without a country', { contactPhone: '0712345678' }, 'input.contactPhone'],
    ['an area that is no path', { areaCode: 'Kisumu Town' }, 'input.areaCode'],
    ['a wallet that is none', { walletAddress: '0x12' }, 'input.walletAddress'],
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
  it('shows the phone number of the contact only to who may change vendors', async () => {
    const id = await service.register(clerk, shop(), key());
    const source = 'query ($id: ID!) { vendor(id: $id) { id contactPhone } }';
    expect((await ask(clerk, source, { id })).data?.vendor).toEqual({ id, contactPhone: '+254712345678' });
    const seen = await ask({ ...clerk, permissions: ['vendor:read'] }, source, { id });
    expect(seen).toEqual({ data: { vendor: { id, contactPhone: null } } });
    expect((await ask(stranger, source, { id })).data).toEqual({ vendor: null });
  });

  it('takes a search for what it says: the signs of SQL patterns stand for themselves', async () => {
    await service.register(clerk, shop({ name: '100% Wool_House' }), key());
    const found = async (search: string): Promise<string[]> =>
      (await service.list(clerk, { search }, { first: 200, after: null })).map((row) => row.name);
    expect(await found('100%')).toEqual(['100% Wool_House']);
    expect(await found('wool_h')).toEqual(['100% Wool_House']);
    expect(await found('%')).toEqual(['100% Wool_House']);
    expect(await found('S_op')).toEqual([]);
    expect(await found('\\')).toEqual([]);
  });

  it('shows someone with a role in one project only the vendors assigned there', async () => {
    const [inside, outside] = [await service.register(clerk, shop(), key()), await service.register(clerk, shop(), key())];
    const project = await prisma.project.create({
      data: { id: newId(), organizationId: clerk.organizationId ?? '', slug: `p${counter}`, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
    });
    await prisma.projectVendor.create({ data: { projectId: project.id, vendorId: inside } });
    const local = { ...clerk, permissions: [], projectPermissions: { [project.id]: ['vendor:read'] } };
    const { data } = await ask(local, 'query ($a: ID!, $b: ID!) { vendors { edges { node { id } } } a: vendor(id: $a) { id } b: vendor(id: $b) { id } }', { a: inside, b: outside });
    expect(data).toEqual({ vendors: { edges: [{ node: { id: inside } }] }, a: { id: inside }, b: null });
  });

  it('reads two hundred references in one query', async () => {
    const rows = Array.from({ length: 200 }, (_, n) => ({ id: newId(), organizationId: clerk.organizationId ?? '', name: `Bulk ${n}` }));
    await prisma.vendor.createMany({ data: rows });
    const representations = rows.map(({ id }) => ({ __typename: 'Vendor', id }));
    const { data } = await ask(clerk, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Vendor { name contactPhone } } }', { r: representations });
    expect((data?._entities as Array<{ name: string }>).map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
    expect(queries).toBe(1);
  });
});
