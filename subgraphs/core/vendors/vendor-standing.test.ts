import { newId } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { kindsOfVendor } from '../documents';
import { account, createVendorOffice, plain, type VendorOffice } from '../testing/vendor-office';
import { VendorStanding } from './vendor.standing';

const database = useTestDatabase('core');
let office: VendorOffice;
beforeAll(async () => {
  office = await createVendorOffice(database().serviceUrl);
});
afterAll(() => office.close());

async function statusOf(id: string): Promise<string | undefined> {
  return (await office.prisma.vendor.findUnique({ where: { id } }))?.status;
}

describe('the office.standing of a vendor', () => {
  it('goes from pending to approved, is set aside, comes back, and ends; each step says who and why', async () => {
    const id = await office.approved();
    await office.standing.suspend(office.clerk, id, { reason: 'Prices above the list', key: office.key() });
    await office.standing.approve(office.checker, id, { reason: 'Settled', key: office.key() });
    await office.standing.offboard(office.clerk, id, { reason: 'Closed shop', key: office.key() });
    expect(await statusOf(id)).toBe('OFFBOARDED');
    const { data } = await office.ask(office.clerk, 'query ($id: ID!) { vendor(id: $id) { history { status reason actorId byMaker } } }', { id });
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
    const { rows } = await office.pool.query('SELECT action, payload FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [id]);
    expect(rows.map(({ action, payload }) => [action, payload.reason])).toEqual([
      ['vendor.registered', undefined],
      ['vendor.approved', undefined],
      ['vendor.suspended', 'Prices above the list'],
      ['vendor.approved', 'Settled'],
      ['vendor.offboarded', 'Closed shop'],
    ]);
  });

  it('takes no step twice under another key, and repeats the answer under the same', async () => {
    const id = await office.service.register(office.clerk, office.shop(), office.key());
    await office.standing.approve(office.checker, id, { key: 'approve-once' });
    await expect(office.standing.approve(office.checker, id, { key: 'approve-once' })).resolves.toBe(id);
    await expect(office.standing.approve(office.checker, id, { key: office.key() })).rejects.toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringContaining('PENDING or SUSPENDED') });
    const { rows } = await office.pool.query(
      `SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = $1 AND action = 'vendor.approved') AS audit,
        (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'vendor.approved') AS events`,
      [id],
    );
    expect(rows[0]).toEqual({ audit: 1, events: 1 });
  });

  it('changes once of many at the same time', async () => {
    const id = await office.service.register(office.clerk, office.shop(), office.key());
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => office.standing.approve(office.checker, id, { key: office.key() })));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await office.prisma.vendorStep.count({ where: { vendorId: id } })).toBe(2);
  });

  const leads = { PENDING: ['APPROVED', 'OFFBOARDED'], APPROVED: ['SUSPENDED', 'OFFBOARDED'], SUSPENDED: ['APPROVED', 'OFFBOARDED'], OFFBOARDED: [] } as const;
  const all = ['PENDING', 'APPROVED', 'SUSPENDED', 'OFFBOARDED'] as const;
  it.each(all.flatMap((from) => all.filter((to) => to !== from).map((to) => [from, to] as const)))('from %s to %s: office.service and database agree', async (from, to) => {
    const ways = { PENDING: [], APPROVED: ['APPROVED'], SUSPENDED: ['APPROVED', 'SUSPENDED'], OFFBOARDED: ['OFFBOARDED'] } as const;
    const at = async (): Promise<string> => {
      const id = await office.service.register(office.clerk, office.shop(), office.key());
      for (const status of ways[from]) await office.prisma.vendor.update({ where: { id }, data: { status } });
      return id;
    };
    const open = (leads[from] as readonly string[]).includes(to);
    const written = await Promise.allSettled([office.prisma.vendor.update({ where: { id: await at() }, data: { status: to } })]);
    expect(written[0]?.status).toBe(open ? 'fulfilled' : 'rejected');
    const steps = { APPROVED: () => office.standing.approve, SUSPENDED: () => office.standing.suspend, OFFBOARDED: () => office.standing.offboard };
    if (to === 'PENDING') return;
    const taken = steps[to]().call(office.standing, office.checker, await at(), { reason: 'why', key: office.key() });
    await (open ? expect(taken).resolves.toEqual(expect.any(String)) : expect(taken).rejects.toMatchObject({ code: 'INVALID_TRANSITION' }));
  });

  it('is nothing that another organisation, or a reader, can change', async () => {
    const id = await office.service.register(office.clerk, office.shop(), office.key());
    await expect(office.standing.approve(office.stranger, id, { key: office.key() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(office.standing.approve({ ...office.checker, permissions: ['vendor:read'] }, id, { key: office.key() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(office.standing.approve(office.checker, 'no-id', { key: office.key() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(office.service.update(office.stranger, id, { name: 'Mine' }, office.key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(office.standing.offboard(office.stranger, id, { reason: 'x', key: office.key() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await statusOf(id)).toBe('PENDING');
  });
});

describe('approval', () => {
  afterEach(async () => {
    await office.onboarding.update(office.clerk, { requiredDocuments: [], selfApproval: false }, office.key());
    office.linked.splice(0);
  });

  it('is not for who registered the vendor, through an API key of theirs neither', async () => {
    const maker = { ...office.clerk, subject: await office.user() };
    const apiKey = newId();
    await office.prisma.apiKey.create({
      data: { id: apiKey, organizationId: office.clerk.organizationId ?? '', name: apiKey, prefix: apiKey.slice(-8), secretHash: apiKey, role: 'admin', permissions: [], createdById: maker.subject, expiresAt: new Date() },
    });
    const byKey = { ...office.clerk, subject: `api-key:${apiKey}` };
    for (const [registrar, approver] of [[maker, maker], [byKey, maker], [maker, byKey], [byKey, byKey]] as const) {
      const id = await office.service.register(registrar, office.shop(), office.key());
      await expect(office.standing.approve(approver, id, { key: office.key() })).rejects.toMatchObject({ code: 'FORBIDDEN', details: { rule: 'maker-checker' } });
      await office.standing.approve(office.checker, id, { key: office.key() });
    }
  });

  it('by the maker is possible where the organisation says so, and leaves a mark', async () => {
    await office.onboarding.update(office.clerk, { selfApproval: true }, office.key());
    const id = await office.service.register(office.clerk, office.shop(), office.key());
    await office.standing.approve(office.clerk, id, { key: office.key() });
    expect(await office.prisma.vendorStep.findMany({ where: { vendorId: id }, orderBy: { id: 'asc' } })).toMatchObject([{ byMaker: false }, { status: 'APPROVED', byMaker: true }]);
    const { rows } = await office.pool.query(`SELECT payload FROM audit_entry WHERE entity_id = $1 AND action = 'vendor.approved'`, [id]);
    expect(rows[0].payload).toEqual({ byMaker: true });
  });

  it('waits for the documents that the organisation asks for, and names what is missing', async () => {
    await office.onboarding.update(office.clerk, { requiredDocuments: ['tax-certificate', 'business-licence', 'tax-certificate'] }, office.key());
    const id = await office.service.register(office.clerk, office.shop(), office.key());
    office.linked.splice(0, office.linked.length, ...['business-licence', 'photo']);
    await expect(office.standing.approve(office.checker, id, { key: office.key() })).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { missingDocuments: ['tax-certificate'] } });
    office.linked.splice(0, office.linked.length, ...['business-licence', 'tax-certificate']);
    await office.standing.approve(office.checker, id, { key: office.key() });
    await expect(office.onboarding.update(office.clerk, { requiredDocuments: ['Tax Certificate'] }, office.key())).rejects.toMatchObject({ details: { field: 'input.requiredDocuments.0' } });
  });

  it('counts documents that lie stored, and are linked to that vendor', async () => {
    await office.onboarding.update(office.clerk, { requiredDocuments: ['business-licence'] }, office.key());
    const [id, other] = [await office.service.register(office.clerk, office.shop(), office.key()), await office.service.register(office.clerk, office.shop(), office.key())];
    const document = async (vendorId: string, status: 'STORED' | 'UPLOADING' | 'DELETED', kind = 'business-licence'): Promise<void> => {
      const row = { id: newId(), organizationId: office.clerk.organizationId ?? '', kind, filename: 'a.pdf', size: 1, sensitivity: 'INTERNAL', status, createdById: 'x', sha256: 'x', mediaType: 'application/pdf', storageKey: newId() } as const;
      await office.prisma.document.create({ data: { ...row, links: { create: { targetType: 'VENDOR', targetId: vendorId } } } });
    };
    const real = new VendorStanding(office.prisma, office.repository, office.onboarding, { kindsOf: kindsOfVendor });
    await document(other, 'STORED');
    await document(id, 'UPLOADING');
    await document(id, 'DELETED');
    await document(id, 'STORED', 'photo');
    await expect(real.approve(office.checker, id, { key: office.key() })).rejects.toMatchObject({ details: { missingDocuments: ['business-licence'] } });
    await document(id, 'STORED');
    await real.approve(office.checker, id, { key: office.key() });
  });

  it('covers where money goes: an account changes only while not approved, and not by who then approves', async () => {
    const id = await office.approved({ payoutAccount: account });
    const elsewhere = { payoutAccount: { ...account, number: '0799999999' } };
    await expect(office.service.update(office.checker, id, elsewhere, office.key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { field: 'input.payoutAccount' } });
    await expect(office.service.update(office.checker, id, { walletAddress: null }, office.key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await office.service.update(office.checker, id, { contactName: 'Otieno' }, office.key());
    await office.standing.suspend(office.checker, id, { reason: 'New account', key: office.key() });
    await office.service.update(office.checker, id, elsewhere, office.key());
    await expect(office.standing.approve(office.checker, id, { key: office.key() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { data } = await office.ask(office.clerk, 'query ($id: ID!) { vendor(id: $id) { contactName contactPhone payoutAccount { number } } }', { id });
    expect(plain({ data: data ?? null })).toEqual({ data: { vendor: { contactName: 'Otieno', contactPhone: '+254712345678', payoutAccount: { number: '0799999999' } } } });
  });

  it('of an area stays there: nobody moves a vendor beyond what they may change', async () => {
    const local = { ...office.clerk, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions: ['vendor:read', 'vendor:write'] }] };
    const id = await office.service.register(local, office.shop({ areaCode: 'ke.siaya.bondo' }), office.key());
    await expect(office.service.update(local, id, { areaCode: 'ke.nakuru' }, office.key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(office.service.update(local, id, { areaCode: null }, office.key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(office.service.register(local, office.shop({ areaCode: 'ke.siaya2' }), office.key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await office.service.update(local, id, { areaCode: 'ke.siaya.ugunja' }, office.key());
  });
});
