import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { appendAudit } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import { GrantService } from '../roles/grant.service';
import { allPermissions } from '../roles/permissions';
import { RoleRepository } from '../roles/role.repository';
import { hashSecret } from '../secret-token';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyService } from './api-key.service';
import { createLastUsed } from './last-used';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let grants: GrantService;
let repository: ApiKeyRepository;
let keys: ApiKeyService;
let admin: Principal;
let projectId: string;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;
const soon = (): Date => new Date(Date.now() + 3600_000);

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  const roles = new RoleRepository(prisma);
  grants = new GrantService(prisma, roles);
  repository = new ApiKeyRepository(prisma);
  keys = new ApiKeyService(prisma, repository, roles, grants);
  const organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  admin = { subject: newId(), organizationId, roles: ['admin'], permissions: [...allPermissions], projectPermissions: {} };
  await user(admin.subject, 'admin');
  projectId = newId();
  await prisma.project.create({ data: { id: projectId, organizationId, slug: 'p', name: 'P', typeCode: 't', status: 'DRAFT', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } });
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function user(id: string, role: string): Promise<void> {
  await prisma.user.create({ data: { id, organizationId: admin.organizationId ?? '', displayName: 'U', email: `${id}@ours.example`, passwordHash: 'x' } });
  await prisma.roleAssignment.create({ data: { id: newId(), userId: id, role } });
}

async function made(input: object = {}, by = admin): Promise<{ id: string; secret: string }> {
  const { id, secret } = await keys.create(by, { name: 'Partner', role: 'viewer', expiresAt: soon(), ...input }, key());
  return { id, secret: secret ?? '' };
}

const bearer = (secret: string) => keys.effectivePermissions(hashSecret(secret));

test('a key may do what it was made for, as itself', async () => {
  const { id, secret } = await made({ permissions: ['vendor:read', 'project:read'] });
  expect(secret).toMatch(/^rk_[A-Za-z0-9]{8}_[\w-]{43}$/);
  expect(await bearer(secret)).toMatchObject({ subject: `api-key:${id}`, organizationId: admin.organizationId, permissions: ['project:read', 'vendor:read'], projectPermissions: {}, roles: [] });
});

test('a key of a project holds there only', async () => {
  const { secret } = await made({ projectId });
  expect(await bearer(secret)).toMatchObject({ permissions: [], projectPermissions: { [projectId]: expect.arrayContaining(['entitlement:read']) } });
});

test.each([
  ['a permission that its role does not have', { permissions: ['audit:read'] }, { details: { field: 'input.permissions' } }],
  ['a permission to give permissions', { role: 'admin', permissions: ['user:write'] }, { details: { field: 'input.permissions' } }],
  ['an unknown role', { role: 'emperor' }, { details: { field: 'input.role' } }],
  ['no end', { expiresAt: undefined }, { details: { field: 'input.expiresAt' } }],
  ['an end in ten years', { expiresAt: new Date(Date.now() + 10 * 366 * 86_400_000) }, { details: { field: 'input.expiresAt' } }],
  ['a project of nobody', { projectId: newId() }, { code: 'NOT_FOUND' }],
])('a key with %s is refused', async (_what, input, expected) => {
  await expect(made(input)).rejects.toMatchObject(expected);
});

test('all permissions of the admin role leave out those that give permissions', async () => {
  const { secret } = await made({ role: 'admin' });
  const effective = await bearer(secret);
  for (const permission of ['user:write', 'role:write', 'role:grant', 'api-key:write']) expect(effective?.permissions).not.toContain(permission);
  expect(effective?.permissions).toContain('project:create');
});

test('a key never does more than who made it, then and later', async () => {
  const maker: Principal = { ...admin, subject: newId(), permissions: [], projectPermissions: { [projectId]: ['api-key:write', 'vendor:read'] } };
  await user(maker.subject, 'donor');
  await expect(made({ permissions: ['vendor:read'] }, maker)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(made({ permissions: ['project:read'], projectId }, maker)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const { secret } = await made({ permissions: ['vendor:read'], projectId }, maker);
  expect((await bearer(secret))?.projectPermissions).toEqual({ [projectId]: [] }); // the maker holds it no longer
  await grants.grant(admin, { userId: maker.subject, role: 'viewer', projectId }, key());
  expect((await bearer(secret))?.projectPermissions).toEqual({ [projectId]: ['vendor:read'] });
  await prisma.user.update({ where: { id: maker.subject }, data: { status: 'LOCKED' } });
  expect(await bearer(secret)).toBeNull();
});

test('a key makes no keys', async () => {
  await expect(made({}, { ...admin, subject: `api-key:${newId()}` })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a key that is revoked, expired or unknown is worthless, and gateways are told of the revocation', async () => {
  const { id, secret } = await made();
  const version = (await bearer(secret))?.version ?? 0;
  await keys.revoke(admin, id, key());
  expect(await bearer(secret)).toBeNull();
  expect((await prisma.registryState.findFirstOrThrow()).permissionsVersion).toBe(version + 1);
  const old = await made();
  await prisma.apiKey.update({ where: { id: old.id }, data: { expiresAt: new Date(0) } });
  expect(await bearer(old.secret)).toBeNull();
  expect(await bearer('rk_unknown')).toBeNull();
  await expect(keys.revoke(admin, id, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
});

test('a key of another organisation, or beyond the project of the caller, is not found', async () => {
  const { id } = await made();
  const foreign = { ...admin, organizationId: newId() };
  const lead: Principal = { ...admin, permissions: [], projectPermissions: { [projectId]: ['api-key:write', 'api-key:read'] } };
  for (const principal of [foreign, lead]) {
    await expect(keys.revoke(principal, id, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await repository.findVisible(principal, id)).toBeNull();
  }
});

test('the secret is shown once and stands nowhere', async () => {
  const same = key();
  const input = { name: 'Once', role: 'viewer', expiresAt: soon() };
  const first = await keys.create(admin, input, same);
  expect(await keys.create(admin, input, same)).toEqual({ id: first.id, secret: null });
  const { rows } = await pool.query(`SELECT (SELECT string_agg(k::text, '') FROM api_key k) || (SELECT string_agg(payload::text, '') FROM audit_entry)
    || (SELECT string_agg(coalesce(result::text, ''), '') FROM idempotency_key) AS text`);
  expect(rows[0].text).not.toContain(first.secret?.slice(12));
});

test('uses are written together, and never backwards', async () => {
  const [a, b] = [await made(), await made()];
  let writes = 0;
  const lastUsed = createLastUsed(async (uses) => {
    writes += 1;
    await repository.used(uses);
  }, createLogger({ name: 'test', level: 'silent' }));
  for (let n = 0; n < 100; n += 1) lastUsed.note(n % 2 ? a.id : b.id);
  await lastUsed.close();
  expect(writes).toBe(1);
  const [row] = await prisma.apiKey.findMany({ where: { id: a.id } });
  expect(row?.lastUsedAt).toBeInstanceOf(Date);
  await repository.used(new Map([[a.id, new Date(0)]]));
  expect((await prisma.apiKey.findUniqueOrThrow({ where: { id: a.id } })).lastUsedAt).toEqual(row?.lastUsedAt);
});

test('a key acts under its own name in the audit log', async () => {
  const { id } = await made();
  await transaction(prisma, ({ sql }) => appendAudit(sql, { actorId: `api-key:${id}`, action: 'thing.done', entityType: 'Thing', entityId: 't', organizationId: admin.organizationId }));
  expect(await prisma.auditEntry.findFirst({ where: { entityId: 't' } })).toMatchObject({ actorType: 'API_KEY', actorId: `api-key:${id}` });
});
