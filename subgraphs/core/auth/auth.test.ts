import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { GrantService } from '../roles/grant.service';
import { allPermissions } from '../roles/permissions';
import { RoleRepository } from '../roles/role.repository';
import { UserRepository } from '../users/user.repository';
import { UserService } from '../users/user.service';
import { hashPassword } from './passwords';
import { createTestSlices } from '../testing/slices';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let users: UserService;
let admin: Principal;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  users = new UserService(prisma, new UserRepository(prisma), new GrantService(prisma, new RoleRepository(prisma)), createTestSlices(prisma).sessions.service);
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
