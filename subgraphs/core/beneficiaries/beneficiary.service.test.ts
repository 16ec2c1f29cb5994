import fc from 'fast-check';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createAttributes } from '../attributes';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestProtectedData } from '../testing/slices';
import { BeneficiaryRepository } from './beneficiary.repository';
import { BeneficiaryService } from './beneficiary.service';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let repository: BeneficiaryRepository;
let service: BeneficiaryService;
let worker: Principal;
let stranger: Principal;
let counter = 0;
const permissions = ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write'];
const key = (): string => `key-${(counter += 1)}`;

function person(change: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return { referenceId: `REF-${counter}`, fullName: 'Achieng Otieno', phone: '+254712345678', preferredLanguage: 'sw', areaCode: 'ke.kisumu.nyando', ...change };
}

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  const protectedData = createTestProtectedData();
  repository = new BeneficiaryRepository(prisma, protectedData);
  service = new BeneficiaryService(prisma, repository, protectedData, createAttributes({ database: prisma }));
  const [ours, theirs] = await Promise.all(['ours', 'theirs'].map((slug) => prisma.organization.create({ data: { id: newId(), slug, name: slug } })));
  const principal = { subject: 'worker', roles: [], permissions, projectPermissions: {} };
  worker = { ...principal, organizationId: ours?.id ?? null };
  stranger = { ...principal, organizationId: theirs?.id ?? null };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function count(): Promise<number> {
  return prisma.beneficiary.count();
}

describe('registering', () => {
  it('keeps the name in NFC and personal data apart from the rest', async () => {
    const id = await service.register(worker, person({ fullName: ' José ' }), key());
    expect((await repository.findPii(worker, [id]))[0]).toMatchObject({ fullName: 'José', phones: ['+254712345678'] });
    expect(JSON.stringify(await repository.findVisible(worker, [id]))).not.toMatch(/Jos|2547/);
  });

  it('happens once for one key', async () => {
    const request = person();
    const [first, second] = await Promise.all([service.register(worker, request, 'once'), service.register(worker, request, 'once')]);
    expect(second).toBe(first);
  });

  it.each([
    ['a phone number that a spreadsheet mangled', { phone: '2.54708E+11' }, 'input.phone'],
    ['a phone number without a country', { phone: '0712345678' }, 'input.phone'],
    ['a wallet with a wrong checksum', { walletAddress: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'.replace('5aA', '5AA') }, 'input.walletAddress'],
    ['a birth in the future', { birthDate: '2999-01-01' }, 'input.birthDate'],
    ['an empty name', { fullName: ' ' }, 'input.fullName'],
    ['a name of 201 characters', { fullName: 'x'.repeat(201) }, 'input.fullName'],
    ['an area that is no path', { areaCode: 'Kisumu; DROP' }, 'input.areaCode'],
    ['a language that is none', { preferredLanguage: 'Swahili!' }, 'input.preferredLanguage'],
  ])('refuses %s by field and stores nothing', async (_what, change, field) => {
    const before = await count();
    await expect(service.register(worker, person(change), key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
    expect(await count()).toBe(before);
  });

  it('refuses a reference that is taken, in the organisation and in the same request', async () => {
    const { referenceId } = person();
    await service.register(worker, person({ referenceId }), key());
    await expect(service.register(worker, person({ referenceId }), key())).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.referenceId' } });
    const before = await count();
    const twice = [person(), person({ referenceId: 'twice' }), person({ referenceId: 'twice' })];
    await expect(service.registerMany(worker, twice, key())).rejects.toMatchObject({ details: { field: 'inputs.2.referenceId' } });
    await expect(service.registerMany(worker, [person(), person({ referenceId })], key())).rejects.toMatchObject({ details: { field: 'inputs.1.referenceId' } });
    expect(await count()).toBe(before);
    await expect(service.register(stranger, person({ referenceId }), key())).resolves.toEqual(expect.any(String));
  });

  it('lets one of two rivals win, and names to the other the reference that is taken', async () => {
    const [referenceId, others] = ['rivals', Array.from({ length: 5 }, () => person())];
    const outcomes = await Promise.allSettled(others.map((other) => service.registerMany(worker, [other, person({ referenceId })], key())));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    for (const reason of refused) expect(reason).toMatchObject({ code: 'CONFLICT', details: { field: 'inputs.1.referenceId' } });
  });

  it('writes one audit entry and one event for each person, and no personal data in them', async () => {
    const ids = await service.registerMany(worker, [person({ fullName: 'Zuhura Tell' }), person()], key());
    const { rows } = await pool.query(
      `SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = ANY($1)) AS audit, (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = ANY($1)) AS events,
        (SELECT string_agg(payload::text, '') FROM audit_entry) || (SELECT string_agg(payload::text, '') FROM outbox_event) || (SELECT string_agg(request_hash || coalesce(result::text, ''), '') FROM idempotency_key) AS text`,
      [ids],
    );
    expect(rows[0]).toMatchObject({ audit: 2, events: 2, text: expect.not.stringMatching(/Zuhura|2547/) });
  });

  it('takes any line of text for a name that is not empty, and gives it back unharmed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((name) => name.trim() !== '' && !/\p{Cc}/u.test(name)), async (fullName) => {
        const id = await service.register(worker, person({ fullName }), key());
        expect((await repository.findPii(worker, [id]))[0]?.fullName).toBe(fullName.normalize('NFC').trim());
      }),
      { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 30) },
    );
  });
});

describe('who sees whom', () => {
  it('shows nobody of another organisation', async () => {
    const id = await service.register(worker, person(), key());
    expect(await repository.findVisible(stranger, [id])).toEqual([]);
    expect(await repository.findPii(stranger, [id])).toEqual([]);
    await expect(service.suspend(stranger, id, 'because', key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows no personal data without the permission', async () => {
    const id = await service.register(worker, person(), key());
    const viewer = { ...worker, permissions: ['beneficiary:read'] };
    expect(await repository.findVisible(viewer, [id])).toHaveLength(1);
    expect(await repository.findPii(viewer, [id])).toEqual([]);
  });

  it('shows someone with a role in one project only the people enrolled there', async () => {
    const [inside, outside] = await service.registerMany(worker, [person(), person()], key());
    const project = await prisma.project.create({
      data: { id: newId(), organizationId: worker.organizationId ?? '', slug: `s${counter}`, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
    });
    await prisma.enrollment.create({ data: { id: newId(), projectId: project.id, beneficiaryId: inside ?? '' } });
    const local = { ...worker, permissions: [], projectPermissions: { [project.id]: ['beneficiary:read'] } };
    expect((await repository.findVisible(local, [inside ?? '', outside ?? ''])).map((row) => row.id)).toEqual([inside]);
  });

  it('takes an area for itself and what is below it, not for its neighbour of a similar name', async () => {
    await service.registerMany(worker, [person({ areaCode: 'ug.gulu' }), person({ areaCode: 'ug.gulu.east' }), person({ areaCode: 'ug.gulu2' })], key());
    const rows = await service.list(worker, { areaCode: 'ug.gulu' }, { first: 10, after: null });
    expect(rows.map((row) => row.areaCode)).toEqual(['ug.gulu', 'ug.gulu.east']);
  });
});

describe('changing', () => {
  it('changes what is named, clears what is null, and leaves the rest', async () => {
    const id = await service.register(worker, person(), key());
    await service.update(worker, id, { fullName: 'New Name', phone: null, areaCode: null }, key());
    expect((await repository.findPii(worker, [id]))[0]).toMatchObject({ fullName: 'New Name', phones: [] });
    expect((await repository.findVisible(worker, [id]))[0]).toMatchObject({ areaCode: null, preferredLanguage: 'sw' });
  });

  it('goes from active to suspended and back, never twice', async () => {
    const id = await service.register(worker, person(), key());
    await service.suspend(worker, id, 'moved away', 'suspend-1');
    await expect(service.suspend(worker, id, 'moved away', 'suspend-1')).resolves.toBe(id);
    await expect(service.suspend(worker, id, 'again', key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await service.activate(worker, id, null, key());
    expect((await repository.findVisible(worker, [id]))[0]?.status).toBe('ACTIVE');
  });
});
