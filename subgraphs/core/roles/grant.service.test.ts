import { approvalLimit, type Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { GrantService } from './grant.service';
import { allPermissions } from './permissions';
import { RoleRepository } from './role.repository';
import { RoleService } from './role.service';
import { systemRoles } from './system-roles';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let grants: GrantService;
let roles: RoleService;
let admin: Principal;
let projectId: string;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  const repository = new RoleRepository(prisma);
  grants = new GrantService(prisma, repository);
  roles = new RoleService(prisma, repository);
  const organizationId = await organization('ours');
  admin = { subject: await user(organizationId), organizationId, roles: ['admin'], permissions: [...allPermissions], projectPermissions: {} };
  await prisma.roleAssignment.create({ data: { id: newId(), userId: admin.subject, role: 'admin' } });
  projectId = await project(organizationId);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function organization(slug: string): Promise<string> {
  return (await prisma.organization.create({ data: { id: newId(), slug, name: slug } })).id;
}

async function user(organizationId = admin.organizationId ?? ''): Promise<string> {
  counter += 1;
  return (await prisma.user.create({ data: { id: newId(), organizationId, displayName: 'Worker', email: `w${counter}@ours.example`, passwordHash: 'x' } })).id;
}

async function project(organizationId: string): Promise<string> {
  counter += 1;
  const data = { id: newId(), organizationId, slug: `p${counter}`, name: 'P', typeCode: 't', status: 'DRAFT' as const, currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' };
  return (await prisma.project.create({ data })).id;
}

async function principalOf(userId: string): Promise<Principal> {
  const effective = await grants.effectivePermissions(userId);
  if (!effective) throw new Error('no such user');
  return effective;
}

test('roles granted in a project hold there, and a change raises the version that gateways compare', async () => {
  const id = await user();
  const before = await grants.effectivePermissions(id);
  await grants.grant(admin, { userId: id, role: 'project-manager', projectId }, key());
  await grants.grant(admin, { userId: id, role: 'viewer' }, key());
  const after = await grants.effectivePermissions(id);
  expect(after).toMatchObject({ roles: ['project-manager', 'viewer'], permissions: [...(systemRoles.viewer?.permissions ?? [])].sort() });
  expect(after?.projectPermissions[projectId]).toContain('entitlement:issue');
  expect(after?.permissions).not.toContain('entitlement:issue');
  expect(after?.version).toBe((before?.version ?? 0) + 2);
  await grants.revoke(admin, { userId: id, role: 'project-manager', projectId }, key());
  expect((await grants.effectivePermissions(id))?.projectPermissions).toEqual({});
});

test('a role may be held in an area, up to a limit, until a time; granting it again changes limit and end', async () => {
  const id = await user();
  const soon = new Date(Date.now() + 60_000);
  await grants.grant(admin, { userId: id, role: 'approver', projectId, areaPath: 'ke.kisumu', approvalLimitMinor: 500n, expiresAt: soon }, key());
  expect(await grants.effectivePermissions(id)).toMatchObject({
    permissions: [],
    projectPermissions: {},
    areaPermissions: [{ projectId, area: 'ke.kisumu' }],
    approvalLimits: { [projectId]: '500' },
    validUntil: soon.toISOString(),
  });
  await grants.grant(admin, { userId: id, role: 'approver', projectId, areaPath: 'ke.kisumu', approvalLimitMinor: 900n }, key());
  expect(await grants.effectivePermissions(id)).toMatchObject({ approvalLimits: { [projectId]: '900' }, validUntil: null });
});

test.each([
  ['an unknown role', { role: 'emperor' }, { details: { field: 'input.role' } }],
  ['a property of every object', { role: 'constructor' }, { details: { field: 'input.role' } }],
  ['a project that is not there', { role: 'viewer', projectId: newId() }, { code: 'NOT_FOUND' }],
  ['a user of nowhere', { role: 'viewer', userId: newId() }, { code: 'NOT_FOUND' }],
  ['an end in the past', { role: 'viewer', expiresAt: new Date(0) }, { details: { field: 'input.expiresAt' } }],
  ['a path that is none', { role: 'viewer', areaPath: 'KE%' }, { details: { field: 'input.areaPath' } }],
])('granting %s is refused', async (_what, change, expected) => {
  await expect(grants.grant(admin, { userId: await user(), ...change }, key())).rejects.toMatchObject(expected);
});

test('nobody grants what they do not hold in that place themselves', async () => {
  const lead = await user();
  await grants.grant(admin, { userId: lead, role: 'project-admin', projectId }, key());
  const principal = await principalOf(lead);
  const worker = await user();
  await grants.grant(principal, { userId: worker, role: 'registrar', projectId }, key());
  await grants.grant(principal, { userId: worker, role: 'viewer', projectId, areaPath: 'ke' }, key());
  await expect(grants.grant(principal, { userId: worker, role: 'viewer' }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(grants.grant(principal, { userId: lead, role: 'admin', projectId }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(grants.revoke(principal, { userId: admin.subject, role: 'admin' }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const other = await project(admin.organizationId ?? '');
  await expect(grants.grant(principal, { userId: worker, role: 'viewer', projectId: other }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('nobody grants a higher approval limit than their own', async () => {
  const principal: Principal = { ...admin, approvalLimits: { '*': '1000' } };
  const id = await user();
  await grants.grant(principal, { userId: id, role: 'approver', approvalLimitMinor: 1000n }, key());
  await expect(grants.grant(principal, { userId: id, role: 'approver', approvalLimitMinor: 1001n }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(grants.grant(principal, { userId: id, role: 'approver' }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(approvalLimit(await principalOf(id))).toBe(1000n);
});

test('incompatible roles are refused in one place, also when both are granted at once', async () => {
  const id = await user();
  await grants.grant(admin, { userId: id, role: 'registrar' }, key());
  await expect(grants.grant(admin, { userId: id, role: 'validator', projectId }, key())).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('registrar') });
  const both = await user();
  const settled = await Promise.allSettled(['registrar', 'validator'].map((role) => grants.grant(admin, { userId: both, role, projectId }, key())));
  expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('roles that are separated later suspend each other for whoever holds both', async () => {
  const id = await user();
  await grants.grant(admin, { userId: id, role: 'donor' }, key());
  await grants.grant(admin, { userId: id, role: 'auditor' }, key());
  await roles.separate(admin, ['donor', 'auditor'], key());
  expect((await principalOf(id)).permissions).toEqual([]);
  await roles.join(admin, ['auditor', 'donor'], key());
  expect((await principalOf(id)).permissions).toContain('audit:read');
});

test('the last administrator stays one', async () => {
  const organizationId = await organization('small');
  const only: Principal = { ...admin, organizationId, subject: await user(organizationId) };
  await prisma.roleAssignment.create({ data: { id: newId(), userId: only.subject, role: 'admin' } });
  await expect(grants.revoke(only, { userId: only.subject, role: 'admin' }, key())).rejects.toMatchObject({ code: 'CONFLICT' });
  const second = await user(organizationId);
  await grants.grant(only, { userId: second, role: 'admin' }, key());
  await grants.revoke(only, { userId: only.subject, role: 'admin' }, key());
  expect((await principalOf(second)).roles).toEqual(['admin']);
});

test('an organisation’s own role grants what it lists, changes for all at once, and is deleted only when nobody holds it', async () => {
  await roles.create(admin, { name: 'field-lead', description: 'Leads.', permissions: ['project:read', 'vendor:read'] }, key());
  const id = await user();
  await grants.grant(admin, { userId: id, role: 'field-lead' }, key());
  expect((await principalOf(id)).permissions).toEqual(['project:read', 'vendor:read']);
  await roles.update(admin, 'field-lead', { permissions: ['project:read'] }, key());
  expect((await principalOf(id)).permissions).toEqual(['project:read']);
  await expect(roles.delete(admin, 'field-lead', key())).rejects.toMatchObject({ code: 'CONFLICT' });
  await grants.revoke(admin, { userId: id, role: 'field-lead' }, key());
  await roles.delete(admin, 'field-lead', key());
  await expect(grants.grant(admin, { userId: id, role: 'field-lead' }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test.each([
  ['the name of a system role', { name: 'admin', description: 'x', permissions: ['project:read'] }, { code: 'CONFLICT' }],
  ['a permission that there is not', { name: 'own-role', description: 'x', permissions: ['project:own'] }, { code: 'BAD_USER_INPUT' }],
])('a role with %s is refused', async (_what, input, expected) => {
  await expect(roles.create(admin, input, key())).rejects.toMatchObject(expected);
});

test('nobody defines or changes a role that may do more than they', async () => {
  const lesser: Principal = { ...admin, permissions: ['role:write', 'project:read'] };
  await expect(roles.create(lesser, { name: 'above-me', description: 'x', permissions: ['audit:read'] }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await roles.create(admin, { name: 'mightier', description: 'x', permissions: ['audit:read'] }, key());
  await expect(roles.update(lesser, 'mightier', { description: 'y' }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(roles.update(admin, 'viewer', { description: 'y' }, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
});

test('a role of one organisation means nothing in another', async () => {
  const foreign: Principal = { ...admin, organizationId: await organization('theirs') };
  await roles.create(admin, { name: 'only-ours', description: 'x', permissions: ['project:read'] }, key());
  const stranger = await user(foreign.organizationId ?? '');
  await expect(grants.grant(foreign, { userId: stranger, role: 'only-ours' }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(grants.grant(foreign, { userId: await user(), role: 'viewer' }, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(roles.update(foreign, 'only-ours', { description: 'y' }, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('permissions cost the same number of queries at one and at five hundred assignments', async () => {
  const id = await user();
  const queries = async (): Promise<number> => {
    let count = 0;
    const original = pool.query.bind(pool);
    const spy = jest.spyOn(pool, 'query').mockImplementation(((...args: Parameters<typeof original>) => {
      count += 1;
      return original(...args);
    }) as typeof pool.query);
    await grants.effectivePermissions(id);
    spy.mockRestore();
    return count;
  };
  await grants.grant(admin, { userId: id, role: 'approver', projectId }, key());
  await grants.grant(admin, { userId: id, role: 'donor' }, key());
  const few = await queries();
  const many = Array.from({ length: 498 }, () => ({ id: newId(), userId: id, role: 'approver', projectId: newId() }));
  await prisma.roleAssignment.createMany({ data: many });
  expect(await queries()).toBe(few);
  expect(Object.keys((await principalOf(id)).projectPermissions)).toHaveLength(499);
});

test('every grant and revocation is audited with the change and told to gateways', async () => {
  const id = await user();
  const k = key();
  await grants.grant(admin, { userId: id, role: 'viewer' }, k);
  await grants.grant(admin, { userId: id, role: 'viewer' }, k);
  await grants.revoke(admin, { userId: id, role: 'viewer' }, key());
  const { rows } = await pool.query('SELECT action, actor_id FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [id]);
  expect(rows).toEqual([
    { action: 'user.role-granted', actor_id: admin.subject },
    { action: 'user.role-revoked', actor_id: admin.subject },
  ]);
});
