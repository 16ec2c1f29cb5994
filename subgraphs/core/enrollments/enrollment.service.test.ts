import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { BeneficiaryRepository } from '../beneficiaries/beneficiary.repository';
import { BeneficiaryService } from '../beneficiaries/beneficiary.service';
import { createDatabase, type CoreDatabase } from '../database';
import { NotFoundError } from '#kernel/errors';
import { VendorRepository } from '../vendors/vendor.repository';
import { VendorService } from '../vendors/vendor.service';
import { createEnrollmentLoaders } from './enrollment.loaders';
import { EnrollmentRepository } from './enrollment.repository';
import { EnrollmentService } from './enrollment.service';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let repository: EnrollmentRepository;
let service: EnrollmentService;
let people: BeneficiaryService;
let vendors: VendorService;
let admin: Principal;
let queries = 0;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    queries += 1;
    return query(...args);
  }) as typeof pool.query;
  prisma = createDatabase(pool);
  repository = new EnrollmentRepository(prisma);
  const requireProject = async (principal: Principal, id: string) => {
    const project = await prisma.project.findFirst({ where: { id, organizationId: principal.organizationId ?? '' } });
    if (!project) throw new NotFoundError('The project');
    return project;
  };
  service = new EnrollmentService(prisma, repository, { requireProject });
  people = new BeneficiaryService(prisma, new BeneficiaryRepository(prisma));
  vendors = new VendorService(prisma, new VendorRepository(prisma));
  const organization = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  const permissions = ['beneficiary:read', 'beneficiary:write', 'vendor:read', 'vendor:write', 'enrollment:read', 'enrollment:write', 'project:read'];
  admin = { subject: 'admin', organizationId: organization.id, roles: [], permissions, projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function project(status: 'ACTIVE' | 'CLOSED' = 'ACTIVE'): Promise<string> {
  counter += 1;
  const id = newId();
  await prisma.project.create({
    data: { id, organizationId: admin.organizationId ?? '', slug: `p-${counter}`, name: 'P', typeCode: 't', status, currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
  });
  return id;
}

function persons(count: number): Promise<string[]> {
  const inputs = Array.from({ length: count }, () => ({ referenceId: `R${(counter += 1)}`, fullName: 'A Person' }));
  return people.registerMany(admin, inputs, key());
}

test('who is enrolled already stays as they are, and is given back', async () => {
  const [projectId, ids] = [await project(), await persons(3)];
  const first = await service.enrol(admin, projectId, ids.slice(0, 2), key());
  await service.changeStatus(admin, first[0] ?? '', { status: 'VALIDATED', reason: 'seen', key: key() });
  const again = await service.enrol(admin, projectId, ids, key());
  expect(again.slice(0, 2)).toEqual(first);
  expect((await repository.find(admin, again)).map((row) => row.status).sort()).toEqual(['REGISTERED', 'REGISTERED', 'VALIDATED']);
});

test('an unknown, foreign or suspended person is refused by name, and nobody is enrolled', async () => {
  const [projectId, [one, two]] = [await project(), await persons(2)];
  await people.suspend(admin, two ?? '', 'left', key());
  for (const bad of [newId(), two]) {
    await expect(service.enrol(admin, projectId, [one, bad], key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'beneficiaryIds.1' } });
  }
  expect(await prisma.enrollment.count({ where: { projectId } })).toBe(0);
});

test('a person goes only along the edges of the flow', async () => {
  const [id] = await service.enrol(admin, await project(), await persons(1), key());
  const go = (status: Parameters<typeof service.changeStatus>[2]['status']): Promise<string> => service.changeStatus(admin, id ?? '', { status, reason: 'step', key: key() });
  await expect(go('INCLUDED')).rejects.toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringContaining('VALIDATED') });
  await go('VALIDATED');
  await go('INCLUDED');
  await go('PAUSED');
  await go('INCLUDED');
  await go('COMPLETED');
  await expect(go('PAUSED')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
});

test('a closed project takes nobody', async () => {
  await expect(service.enrol(admin, await project('CLOSED'), await persons(1), key())).rejects.toMatchObject({ code: 'PROJECT_CLOSED' });
});

test('only approved vendors are assigned, once', async () => {
  const projectId = await project();
  const vendorId = await vendors.register(admin, { name: `Shop ${key()}` }, key());
  await expect(service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: null }, key())).rejects.toMatchObject({ details: { field: 'vendorIds.0' } });
  await vendors.approve(admin, vendorId, key());
  await service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: 5n }, key());
  await service.assignVendors(admin, projectId, { vendorIds: [vendorId], dailyLimitMinor: 9n }, key());
  expect(await repository.findVendors(admin, [{ projectId, vendorId }])).toMatchObject([{ dailyLimitMinor: 5n, status: 'ASSIGNED' }]);
});

test('the same name of a vendor is a conflict, and status steps that make no sense are refused', async () => {
  const name = `Shop ${key()}`;
  const id = await vendors.register(admin, { name }, key());
  await expect(vendors.register(admin, { name: ` ${name}` }, key())).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.name' } });
  await vendors.approve(admin, id, key());
  await expect(vendors.approve(admin, id, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
});

test('the lists of fifty projects are one query, each limited on its own', async () => {
  const projects = await Promise.all(Array.from({ length: 50 }, () => project()));
  const ids = await persons(4);
  for (const id of projects.slice(0, 3)) await service.enrol(admin, id, ids, key());
  const loaders = createEnrollmentLoaders(repository);
  const context = { principal: admin };
  queries = 0;
  const lists = await Promise.all(projects.map((id) => loaders.ofProject(context, { page: { first: 2, after: null }, status: null }).load(id)));
  expect(queries).toBe(1);
  expect(lists.map((list) => list.length)).toEqual([3, 3, 3, ...Array.from({ length: 47 }, () => 0)]);
});

test('two hundred references by project and person are one query', async () => {
  const [projectId, ids] = [await project(), await persons(200)];
  await service.enrol(admin, projectId, ids, key());
  const loaders = createEnrollmentLoaders(repository);
  const context = { principal: admin };
  queries = 0;
  const rows = await Promise.all(ids.map((beneficiaryId) => loaders.byPair(context).load({ projectId, beneficiaryId })));
  expect(queries).toBe(1);
  expect(rows.map((row) => row?.beneficiaryId)).toEqual(ids);
});

test('someone who may not read enrollments sees none', async () => {
  const projectId = await project();
  await service.enrol(admin, projectId, await persons(1), key());
  const blind = { ...admin, permissions: ['project:read'] };
  const list = { projectIds: [projectId], status: null, page: { first: 5, after: null } };
  expect(await repository.ofProjects(blind, list)).toEqual([]);
  await expect(service.enrol(blind, projectId, await persons(1), key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
