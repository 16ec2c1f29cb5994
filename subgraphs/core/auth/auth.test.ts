import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { ensureSigningKey, type Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { GrantService } from '../roles/grant.service';
import { allPermissions } from '../roles/permissions';
import { RoleRepository } from '../roles/role.repository';
import { UserRepository } from '../users/user.repository';
import { UserService } from '../users/user.service';
import { createAccessTokens, type AccessTokens } from './access-tokens';
import { AuthRepository } from './auth.repository';
import { AuthService } from './auth.service';
import { hashPassword } from './passwords';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let auth: AuthService;
let users: UserService;
let tokens: AccessTokens;
let admin: Principal;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;
const refused = { code: 'UNAUTHENTICATED', message: 'The e-mail address or the password is not right.' };

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  const folder = mkdtempSync(join(tmpdir(), 'jwt-'));
  ensureSigningKey(join(folder, 'key.pem'), join(folder, 'key.pub.pem'));
  tokens = createAccessTokens(join(folder, 'key.pem'));
  auth = new AuthService(prisma, new AuthRepository(prisma), tokens);
  users = new UserService(prisma, new UserRepository(prisma), new GrantService(prisma, new RoleRepository(prisma)));
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

test('the right password gives a token that the published key verifies', async () => {
  const session = await auth.login({ email: ' Admin@Ours.example ', password: 'correct horse' });
  const { payload, protectedHeader } = await jwtVerify(session.token, createLocalJWKSet(tokens.jwks()), { issuer: 'rahat', audience: 'rahat-gateway', algorithms: ['EdDSA'] });
  expect(payload.sub).toBe(admin.subject);
  expect(protectedHeader.kid).toBe(tokens.jwks().keys[0]?.kid);
  expect(JSON.stringify(tokens.jwks())).not.toContain('"d"');
});

test.each([
  ['a wrong password', { email: 'admin@ours.example', password: 'wrong' }],
  ['an unknown account', { email: 'nobody@ours.example', password: 'correct horse' }],
])('%s is refused in the same words', async (_what, credentials) => {
  await expect(auth.login(credentials)).rejects.toMatchObject(refused);
});

test('a disabled account cannot sign in', async () => {
  const id = await newUser();
  await users.disable(admin, id, key());
  await expect(auth.login({ email: `worker-${counter}@ours.example`, password: 'a long password' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('the eleventh failed attempt within a minute is not even tried', async () => {
  const attempt = (): Promise<unknown> => auth.login({ email: 'target@ours.example', password: 'guess' });
  for (let n = 0; n < 10; n += 1) await expect(attempt()).rejects.toMatchObject(refused);
  await expect(attempt()).rejects.toMatchObject({ message: expect.stringMatching(/wait a minute/) });
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
