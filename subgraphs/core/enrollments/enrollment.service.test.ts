import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { BeneficiaryRepository } from '../beneficiaries/beneficiary.repository';
import { BeneficiaryService } from '../beneficiaries/beneficiary.service';
import { createAttributes } from '../attributes';
import { createDatabase, type CoreDatabase } from '../database';
import { NotFoundError } from '#kernel/errors';
import { createTestProtectedData } from '../testing/slices';
import { EnrollmentRepository } from './enrollment.repository';
import { EnrollmentService } from './enrollment.service';
import { hundredthsOf, multiplierText } from '../multiplier';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let repository: EnrollmentRepository;
let service: EnrollmentService;
let people: BeneficiaryService;
let admin: Principal;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  repository = new EnrollmentRepository(prisma);
  const requireProject = async (principal: Principal, id: string) => {
    const project = await prisma.project.findFirst({ where: { id, organizationId: principal.organizationId ?? '' } });
    if (!project) throw new NotFoundError('The project');
    return project;
  };
  service = new EnrollmentService(prisma, repository, { requireProject });
  const protectedData = createTestProtectedData();
  people = new BeneficiaryService(prisma, new BeneficiaryRepository(prisma, protectedData), protectedData, createAttributes({ database: prisma }));
  const organization = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  const permissions = ['beneficiary:read', 'beneficiary:write', 'vendor:read', 'vendor:write', 'enrollment:read', 'enrollment:write', 'project:read'];
  admin = { subject: 'admin', organizationId: organization.id, roles: [], permissions, projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function project(): Promise<string> {
  counter += 1;
  const id = newId();
  await prisma.project.create({
    data: { id, organizationId: admin.organizationId ?? '', slug: `p-${counter}`, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
  });
  return id;
}

function persons(count: number): Promise<string[]> {
  const inputs = Array.from({ length: count }, () => ({ referenceId: `R${(counter += 1)}`, fullName: 'A Person' }));
  return people.registerMany(admin, inputs, key());
}

async function vendor(status: 'PENDING' | 'APPROVED'): Promise<string> {
  const id = newId();
  await prisma.vendor.create({ data: { id, organizationId: admin.organizationId ?? '', name: id, status } });
  return id;
}

async function told(id: string, name: string): Promise<unknown> {
  const { rows } = await pool.query(
    `SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = $1 AND action = $2) AS audit,
      (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = $2) AS events`,
    [id, name],
  );
  return rows[0];
}

test('who is enrolled already stays as they are, and is given back', async () => {
  const [projectId, ids] = [await project(), await persons(3)];
  const first = await service.enrol(admin, projectId, { beneficiaryIds: ids.slice(0, 2) }, key());
  await service.changeStatus(admin, first[0] ?? '', { status: 'VALIDATED', reason: 'seen', key: key() });
  const again = await service.enrol(admin, projectId, { beneficiaryIds: ids }, key());
  expect(again.slice(0, 2)).toEqual(first);
  expect((await repository.find(admin, again)).map((row) => row.status).sort()).toEqual(['REGISTERED', 'REGISTERED', 'VALIDATED']);
});

test('an unknown, foreign or suspended person is refused by name, and nobody is enrolled', async () => {
  const [projectId, [one, two]] = [await project(), await persons(2)];
  await people.suspend(admin, two ?? '', 'left', key());
  for (const bad of [newId(), two]) {
    await expect(service.enrol(admin, projectId, { beneficiaryIds: [one, bad] }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'beneficiaryIds.1' } });
  }
  expect(await prisma.enrollment.count({ where: { projectId } })).toBe(0);
});

const STATUSES = ['REGISTERED', 'VALIDATED', 'INCLUDED', 'PAUSED', 'DECLINED', 'COMPLETED', 'REMOVED'] as const;
const EDGES = new Set([
  ...['REGISTERED>VALIDATED', 'VALIDATED>INCLUDED', 'INCLUDED>PAUSED', 'PAUSED>INCLUDED', 'INCLUDED>COMPLETED'],
  ...['REGISTERED>DECLINED', 'VALIDATED>DECLINED'],
  ...['REGISTERED>REMOVED', 'VALIDATED>REMOVED', 'INCLUDED>REMOVED', 'PAUSED>REMOVED'],
]);

test.each(STATUSES)('from %s every step is either an edge or refused without a trace', async (from) => {
  const [id = ''] = await service.enrol(admin, await project(), { beneficiaryIds: await persons(1) }, key());
  for (const to of STATUSES) {
    await prisma.enrollment.update({ where: { id }, data: { status: from } });
    const step = service.changeStatus(admin, id, { status: to, reason: 'step', key: key() });
    if (EDGES.has(`${from}>${to}`)) await expect(step).resolves.toBe(id);
    else await expect(step).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { field: 'status' } });
    expect((await repository.find(admin, [id]))[0]?.status).toBe(EDGES.has(`${from}>${to}`) ? to : from);
  }
  const steps = [...EDGES].filter((edge) => edge.startsWith(`${from}>`)).length;
  expect(await told(id, 'enrollment.status-changed')).toEqual({ audit: steps, events: steps });
});

test.each(['CLOSING', 'CLOSED', 'ARCHIVED'] as const)('a project that is %s takes nobody and changes nobody', async (status) => {
  const [projectId, ids] = [await project(), await persons(2)];
  const [id = ''] = await service.enrol(admin, projectId, { beneficiaryIds: ids.slice(0, 1) }, 'before');
  await prisma.project.update({ where: { id: projectId }, data: { status } });
  const closed = { code: 'PROJECT_CLOSED' };
  await expect(service.enrol(admin, projectId, { beneficiaryIds: ids }, key())).rejects.toMatchObject(closed);
  await expect(service.changeStatus(admin, id, { status: 'VALIDATED', reason: 'late', key: key() })).rejects.toMatchObject(closed);
  await expect(service.assignVendors(admin, projectId, { vendorIds: [newId()], dailyLimitMinor: null }, key())).rejects.toMatchObject(closed);
  await expect(service.changeVendorStatus(admin, { projectId, vendorId: newId() }, 'VERIFIED', key())).rejects.toMatchObject(closed);
  await expect(service.enrol(admin, projectId, { beneficiaryIds: ids.slice(0, 1) }, 'before')).resolves.toEqual([id]); // a repeat of what succeeded
});

test('nobody slips into a project that is being closed at the same moment', async () => {
  const [projectId, ids] = [await project(), await persons(1)];
  let late: Promise<string[]> | undefined;
  await prisma.$transaction(async (closing) => {
    await closing.$queryRaw`SELECT id FROM project WHERE id = ${projectId}::uuid FOR UPDATE`;
    late = service.enrol(admin, projectId, { beneficiaryIds: ids }, key());
    late.catch(() => undefined); // looked at below
    await new Promise((resolve) => setTimeout(resolve, 300)); // it has read the project as active, and waits
    await closing.project.update({ where: { id: projectId }, data: { status: 'CLOSING' } });
  });
  await expect(late).rejects.toMatchObject({ code: 'PROJECT_CLOSED' });
  expect(await prisma.enrollment.count({ where: { projectId } })).toBe(0);
});

test('two who enrol overlapping people at once both get everybody, and each person is told of once', async () => {
  const [projectId, ids] = [await project(), await persons(6)];
  const [one, two] = await Promise.all([service.enrol(admin, projectId, { beneficiaryIds: ids.slice(0, 4) }, key()), service.enrol(admin, projectId, { beneficiaryIds: ids.slice(2) }, key())]);
  expect(one.slice(2)).toEqual(two.slice(0, 2));
  for (const id of new Set([...one, ...two])) expect(await told(id, 'enrollment.created')).toEqual({ audit: 1, events: 1 });
});

test('who holds the permission in one project changes that project only', async () => {
  const [mine, other, ids] = [await project(), await project(), await persons(1)];
  const local = { ...admin, permissions: ['project:read'], projectPermissions: { [mine]: ['enrollment:read', 'enrollment:write'] } };
  await expect(service.enrol(local, mine, { beneficiaryIds: ids }, key())).resolves.toHaveLength(1);
  await expect(service.enrol(local, other, { beneficiaryIds: ids }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(service.enrol({ ...local, organizationId: newId() }, mine, { beneficiaryIds: ids }, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the standing of a vendor in a project is told once for each change, and a step to where they stand is none', async () => {
  const projectId = await project();
  const vendorId = await vendor('PENDING');
  await prisma.vendor.update({ where: { id: vendorId }, data: { status: 'APPROVED' } });
  await service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: null }, key());
  for (const status of ['VERIFIED', 'VERIFIED', 'SUSPENDED'] as const) await service.changeVendorStatus(admin, { projectId, vendorId }, status, key());
  expect(await repository.findVendors(admin, [{ projectId, vendorId }])).toMatchObject([{ status: 'SUSPENDED' }]);
  expect(await told(`${projectId}:${vendorId}`, 'enrollment.vendor-status-changed')).toEqual({ audit: 2, events: 2 });
  await expect(service.changeVendorStatus(admin, { projectId, vendorId: newId() }, 'VERIFIED', key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('what a vendor may take in a project is changed with a trace of before and after, and nobody goes back to being merely assigned', async () => {
  const [projectId, vendorId] = [await project(), await vendor('APPROVED')];
  const pair = { projectId, vendorId };
  await service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: 5n }, key());
  const limits = { dailyLimitMinor: 2n ** 60n, offlineExposureLimitMinor: 100n };
  for (const _again of [1, 2]) await service.changeVendorLimits(admin, pair, limits, key());
  expect(await repository.findVendors(admin, [pair])).toMatchObject([limits]);
  expect(await told(`${projectId}:${vendorId}`, 'enrollment.vendor-limits-changed')).toEqual({ audit: 1, events: 1 });
  const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE entity_id = $1 AND action = 'enrollment.vendor-limits-changed'`, [`${projectId}:${vendorId}`]);
  expect(rows[0].payload).toMatchObject({ before: { dailyLimitMinor: '5', offlineExposureLimitMinor: null }, after: { dailyLimitMinor: '1152921504606846976', offlineExposureLimitMinor: '100' } });
  await expect(service.changeVendorLimits(admin, pair, { ...limits, dailyLimitMinor: -1n }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await service.changeVendorStatus(admin, pair, 'VERIFIED', key());
  await expect(service.changeVendorStatus(admin, pair, 'ASSIGNED', key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
});

test('only approved vendors are assigned, once', async () => {
  const projectId = await project();
  const vendorId = await vendor('PENDING');
  await expect(service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: null }, key())).rejects.toMatchObject({ details: { field: 'vendorIds.0' } });
  await prisma.vendor.update({ where: { id: vendorId }, data: { status: 'APPROVED' } });
  await service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: 5n }, key());
  await service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: 9n }, key());
  expect(await repository.findVendors(admin, [{ projectId, vendorId }])).toMatchObject([{ dailyLimitMinor: 5n, status: 'ASSIGNED' }]);
});

test('pairs of what are no ids find nothing, instead of everything', async () => {
  const [projectId, vendorId, [beneficiaryId = '']] = [await project(), await vendor('APPROVED'), await persons(1)];
  await service.enrol(admin, projectId, { beneficiaryIds: [beneficiaryId] }, key());
  await service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: null }, key());
  expect(await repository.findPairs(admin, [{ projectId: 'x', beneficiaryId }])).toEqual([]);
  expect(await repository.findVendors(admin, [{ projectId, vendorId: 'x' }])).toEqual([]);
});

test('someone who may not read enrollments sees none', async () => {
  const projectId = await project();
  await service.enrol(admin, projectId, { beneficiaryIds: await persons(1) }, key());
  const blind = { ...admin, permissions: ['project:read'] };
  const list = { projectIds: [projectId], status: null, page: { first: 5, after: null } };
  expect(await repository.ofProjects(blind, list)).toEqual([]);
  await expect(service.enrol(blind, projectId, { beneficiaryIds: await persons(1) }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('people take part on their own terms, changed for all or nobody, told once where something became different', async () => {
  const projectId = await project();
  const [one = '', two = '', stranger = ''] = await persons(3);
  await service.enrol(admin, projectId, { beneficiaryIds: [one, two], terms: { multiplier: '1.50', type: 'REFERRED' } }, key());
  await service.enrol(admin, projectId, { beneficiaryIds: [one, stranger], terms: { multiplier: '9' } }, key());
  const terms = async () => new Map((await prisma.enrollment.findMany({ where: { projectId } })).map((row) => [row.beneficiaryId, [row.type, row.multiplierHundredths, row.maxPayments]]));
  expect(await terms()).toEqual(new Map([[one, ['REFERRED', 150, null]], [two, ['REFERRED', 150, null]], [stranger, ['ENROLLED', 900, null]]]));
  const changed = (beneficiaryIds: string[], wanted: object) => service.changeTerms(admin, projectId, { beneficiaryIds, terms: wanted, reason: 'a child was born' }, key());
  await changed([one, two], { maxPayments: 6, multiplier: '1.5' });
  await changed([one, two], { maxPayments: 6 });
  await prisma.enrollment.updateMany({ where: { beneficiaryId: two }, data: { status: 'REMOVED' } });
  await expect(changed([one, two], { multiplier: '2' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'beneficiaryIds.1' } });
  await expect(changed([one, newId()], { multiplier: '2' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'beneficiaryIds.1' } });
  expect((await terms()).get(one)).toEqual(['REFERRED', 150, 6]);
  const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE project_id = $1 AND action = 'enrollment.terms-changed' AND payload->>'beneficiaryId' = $2 ORDER BY seq`, [projectId, one]);
  expect(rows.map(({ payload }) => payload.after)).toEqual([
    { type: 'REFERRED', multiplierHundredths: 150, maxPayments: null },
    { type: 'REFERRED', multiplierHundredths: 150, maxPayments: 6 },
  ]);
});

test.each([['0'], ['0.001'], ['-1'], ['1e3'], ['10000'], ['1,5'], ['']])('a multiplier of "%s" is refused', async (multiplier) => {
  const projectId = await project();
  await expect(service.enrol(admin, projectId, { beneficiaryIds: await persons(1), terms: { multiplier } }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'terms.multiplier' } });
});

test('a multiplier is the same number in hundredths and as people write it', () => {
  for (let hundredths = 1; hundredths < 1_000_000; hundredths += 37) expect(hundredthsOf(multiplierText(hundredths))).toBe(hundredths);
});
