import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { UserRepository } from '../users/user.repository';
import { UserService } from '../users/user.service';
import { AuthRepository } from './auth.repository';
import { AuthService } from './auth.service';
import { hashPassword } from './passwords';
import { allPermissions } from './permissions';
import { roles } from './roles';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let auth: AuthService;
let users: UserService;
let admin: Principal;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  auth = new AuthService(new AuthRepository(prisma));
  users = new UserService(prisma, new UserRepository(prisma));
  const organization = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  admin = { subject: newId(), organizationId: organization.id, roles: ['admin'], permissions: [...allPermissions], projectPermissions: {} };
  await prisma.user.create({ data: { id: admin.subject, organizationId: organization.id, displayName: 'Admin', email: 'admin@ours.example', passwordHash: await hashPassword('correct horse') } });
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

function newUser(): Promise<string> {
  counter += 1;
  return users.create(admin, { displayName: 'Worker', email: `worker-${counter}@ours.example`, password: 'a long password' }, key());
}

test('the tokens of a disabled account have no permissions', async () => {
  const id = await newUser();
  await users.disable(admin, id, key());
  expect(await auth.effectivePermissions(id)).toBeNull();
});

test('roles granted in a project hold there, and a change raises the version that gateways compare', async () => {
  const id = await newUser();
  const project = await prisma.project.create({
    data: { id: newId(), organizationId: admin.organizationId ?? '', slug: 'p', name: 'P', typeCode: 't', status: 'DRAFT', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: id },
  });
  const before = await auth.effectivePermissions(id);
  await users.grant(admin, { userId: id, role: 'project-manager', projectId: project.id }, key());
  await users.grant(admin, { userId: id, role: 'viewer' }, key());
  const after = await auth.effectivePermissions(id);
  expect(after).toMatchObject({ roles: ['project-manager', 'viewer'], permissions: [...(roles.viewer?.permissions ?? [])] });
  expect(after?.projectPermissions[project.id]).toContain('entitlement:issue');
  expect(after?.permissions).not.toContain('entitlement:issue');
  expect(after?.version).toBe((before?.version ?? 0) + 2);
  await users.revoke(admin, { userId: id, role: 'project-manager', projectId: project.id }, key());
  expect((await auth.effectivePermissions(id))?.projectPermissions).toEqual({});
});

test.each([
  ['an unknown role', { role: 'emperor' }, { details: { field: 'input.role' } }],
  ['a project that is not there', { role: 'viewer', projectId: newId() }, { code: 'NOT_FOUND' }],
  ['a user of nowhere', { role: 'viewer', userId: newId() }, { code: 'NOT_FOUND' }],
])('granting %s is refused', async (_what, change, expected) => {
  await expect(users.grant(admin, { userId: await newUser(), ...change }, key())).rejects.toMatchObject(expected);
});

test('an address belongs to one account', async () => {
  const again = { displayName: 'Second', email: 'ADMIN@ours.example', password: 'a long password' };
  await expect(users.create(admin, again, key())).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.email' } });
});

test('no password stands in an event, an audit entry or an idempotency key', async () => {
  await newUser();
  const { rows } = await pool.query(`SELECT (SELECT string_agg(payload::text, '') FROM outbox_event) || (SELECT string_agg(payload::text, '') FROM audit_entry)
    || (SELECT string_agg(coalesce(result::text, ''), '') FROM idempotency_key) AS text`);
  expect(rows[0].text).not.toMatch(/a long password|correct horse/);
});

test('every role grants only permissions that exist', () => {
  for (const role of Object.values(roles)) expect(allPermissions).toEqual(expect.arrayContaining([...role.permissions]));
});
