import { newId } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { account, createVendorOffice, plain, type VendorOffice } from '../testing/vendor-office';
import { sealPlainContacts } from '.';
import { VendorOrder } from './vendor.type';

const database = useTestDatabase('core');
let office: VendorOffice;
beforeAll(async () => {
  office = await createVendorOffice(database().serviceUrl);
});
afterAll(() => office.close());

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
    await expect(office.service.register(office.clerk, office.shop(change), office.key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  });

  it('keeps a name to one vendor of an organisation', async () => {
    await office.service.register(office.clerk, office.shop({ name: 'Corner Café' }), office.key());
    await expect(office.service.register(office.clerk, office.shop({ name: 'Corner Cafe\u0301 ' }), office.key())).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.name' } });
    await expect(office.service.register(office.stranger, office.shop({ name: 'Corner Café' }), office.key())).resolves.toEqual(expect.any(String));
  });
});

describe('reading', () => {
  it('shows contacts and account only to who may read them, and to who acts for the vendor', async () => {
    const owner = { ...office.clerk, subject: await office.user(), permissions: [] };
    const id = await office.service.register(office.clerk, office.shop({ contactName: 'Wanjiru', contactEmail: ' W@Example.org', payoutAccount: account, ownerUserId: owner.subject }), office.key());
    const source = 'query ($id: ID!) { vendor(id: $id) { contactName contactPhone contactEmail payoutAccount { kind provider number holder } } }';
    const all = { contactName: 'Wanjiru', contactPhone: '+254712345678', contactEmail: 'w@example.org', payoutAccount: account };
    expect(plain(await office.ask(office.clerk, source, { id }))).toEqual({ data: { vendor: all } });
    expect(plain(await office.ask(owner, source, { id }))).toEqual({ data: { vendor: all } });
    const { rows } = await office.pool.query(`SELECT actor_id, payload FROM audit_entry WHERE action = 'vendor.personal-data-read' AND payload->'vendorIds' ? $1 ORDER BY seq`, [id]);
    expect(rows).toEqual([office.clerk, owner].map(({ subject }) => ({ actor_id: subject, payload: { purpose: 'unstated', vendorIds: [id] } })));
    const none = { contactName: null, contactPhone: null, contactEmail: null, payoutAccount: null };
    expect(plain(await office.ask({ ...office.clerk, permissions: ['vendor:read', 'vendor:write'] }, source, { id }))).toEqual({ data: { vendor: none } });
    expect(plain(await office.ask(office.stranger, source, { id }))).toEqual({ data: { vendor: null } });
    expect(plain(await office.ask({ ...owner, organizationId: office.stranger.organizationId }, source, { id }))).toEqual({ data: { vendor: null } });
    expect(plain(await office.ask(owner, '{ myVendors { id } }'))).toEqual({ data: { myVendors: [{ id }] } });
    expect((await office.ask(owner, '{ vendors { edges { node { id } } } }')).errors?.[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('leaves no contact or account in any table, in the open or encoded', async () => {
    const id = await office.service.register(office.clerk, office.shop({ contactName: 'Findable Person', payoutAccount: { ...account, number: '998877665544' } }), office.key());
    await office.service.update(office.clerk, id, { contactEmail: 'findable@example.org' }, office.key());
    for (const table of ['vendor', 'vendor_pii', 'vendor_step', 'audit_entry', 'outbox_event', 'idempotency_key']) {
      const { rows } = await office.pool.query(`SELECT count(*)::int AS found FROM ${table} t WHERE t::text ~* 'findable|998877665544' OR t::text LIKE '%' || encode('Findable'::bytea, 'hex') || '%'`);
      expect({ table, found: rows[0].found }).toEqual({ table, found: 0 });
    }
  });

  it('seals what an older version left in the open, once, and never over what is newer', async () => {
    const [id, newer] = [newId(), await office.service.register(office.clerk, office.shop(), office.key())];
    await office.prisma.vendor.create({ data: { id, organizationId: office.clerk.organizationId ?? '', name: id, contactPhone: '+254700111222' } });
    await office.prisma.vendor.update({ where: { id: newer }, data: { contactPhone: '+254700333444' } });
    expect(await sealPlainContacts(office.prisma, office.protectedData)).toBe(2);
    expect(await sealPlainContacts(office.prisma, office.protectedData)).toBe(0);
    const { data } = await office.ask(office.clerk, 'query ($a: ID!, $b: ID!) { a: vendor(id: $a) { contactPhone } b: vendor(id: $b) { contactPhone } }', { a: id, b: newer });
    expect(data).toEqual({ a: { contactPhone: '+254700111222' }, b: { contactPhone: '+254712345678' } });
    expect(await office.prisma.vendor.count({ where: { contactPhone: { not: null } } })).toBe(0);
  });

  it.each([VendorOrder.OLDEST_FIRST, VendorOrder.NEWEST_FIRST, VendorOrder.NAME])('lists every vendor once, page by page, %s', async (order) => {
    for (const name of ['b', 'A', 'ä', 'C']) await office.service.register(office.clerk, office.shop({ name: `${name} ${order} ${'x'.repeat(150)}` }), office.key());
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const source = 'query ($after: String, $orderBy: VendorOrder) { vendors(first: 3, after: $after, orderBy: $orderBy) { edges { node { id } } pageInfo { hasNextPage endCursor } } }';
      const { data } = (await office.ask(office.clerk, source, { after, orderBy: order })) as unknown as { data: { vendors: { edges: Array<{ node: { id: string } }>; pageInfo: { hasNextPage: boolean; endCursor: string } } } };
      seen.push(...data.vendors.edges.map(({ node }) => node.id));
      if (!data.vendors.pageInfo.hasNextPage) break;
      after = data.vendors.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(await office.prisma.vendor.count({ where: { organizationId: office.clerk.organizationId ?? '' } }));
    if (order !== VendorOrder.NAME) expect(seen).toEqual([...seen].sort((a, b) => (order === VendorOrder.OLDEST_FIRST === a < b ? -1 : 1)));
  });

  it('narrows by area, owner and project, and tells nobody who works in a project that is not theirs', async () => {
    const [owner, project] = [await office.user(), await office.project()];
    const id = await office.service.register(office.clerk, office.shop({ areaCode: 'ke.homabay.mbita', ownerUserId: owner }), office.key());
    const near = await office.service.register(office.clerk, office.shop({ areaCode: 'ke.homabay2' }), office.key());
    await office.prisma.projectVendor.create({ data: { projectId: project, vendorId: id } });
    const found = async (filter: object, by = office.clerk): Promise<string[]> => (await office.service.list(by, filter, { page: { first: 200, after: null } })).map((row) => row.id);
    expect(await found({ areaCode: 'ke.homabay' })).toEqual([id]);
    expect(await found({ areaCode: 'ke.homabay2' })).toEqual([near]);
    expect(await found({ ownerUserId: owner })).toEqual([id]);
    expect(await found({ projectId: project })).toEqual([id]);
    const other = await office.project();
    await office.prisma.projectVendor.create({ data: { projectId: other, vendorId: id } });
    const local = { ...office.clerk, permissions: [], projectPermissions: { [other]: ['vendor:read'] } };
    expect(await found({ projectId: other }, local)).toEqual([id]);
    expect(await found({ projectId: project }, local)).toEqual([]);
  });

  it('takes a search for what it says: the signs of SQL patterns stand for themselves', async () => {
    await office.service.register(office.clerk, office.shop({ name: '100% Wool_House' }), office.key());
    const found = async (search: string): Promise<string[]> =>
      (await office.service.list(office.clerk, { search }, { page: { first: 200, after: null } })).map((row) => row.name);
    expect(await found('100%')).toEqual(['100% Wool_House']);
    expect(await found('wool_h')).toEqual(['100% Wool_House']);
    expect(await found('%')).toEqual(['100% Wool_House']);
    expect(await found('S_op')).toEqual([]);
    expect(await found('\\')).toEqual([]);
  });

  it('shows someone with a role in one project only the vendors assigned there', async () => {
    const [inside, outside] = [await office.service.register(office.clerk, office.shop(), office.key()), await office.service.register(office.clerk, office.shop(), office.key())];
    const project = await office.project();
    await office.prisma.projectVendor.create({ data: { projectId: project, vendorId: inside } });
    const local = { ...office.clerk, permissions: [], projectPermissions: { [project]: ['vendor:read'] } };
    const { data } = await office.ask(local, 'query ($a: ID!, $b: ID!) { vendors { edges { node { id } } } a: vendor(id: $a) { id } b: vendor(id: $b) { id } }', { a: inside, b: outside });
    expect(data).toEqual({ vendors: { edges: [{ node: { id: inside } }] }, a: { id: inside }, b: null });
  });

  it('reads two hundred references in one query, and one more for all that is sealed', async () => {
    const rows = Array.from({ length: 200 }, (_, n) => ({ id: newId(), organizationId: office.clerk.organizationId ?? '', name: `Bulk ${n}` }));
    await office.prisma.vendor.createMany({ data: rows });
    const representations = rows.map(({ id }) => ({ __typename: 'Vendor', id }));
    const { data } = await office.ask(office.clerk, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Vendor { name contactPhone } } }', { r: representations });
    expect((data?._entities as Array<{ name: string }>).map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
    expect(office.queries()).toBe(2); // none has contacts: nothing is read, and nothing recorded
  });
});
