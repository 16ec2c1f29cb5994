import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { GrantService } from '../roles/grant.service';
import { allPermissions } from '../roles/permissions';
import { RoleRepository } from '../roles/role.repository';
import { JoiningRepository } from './joining.repository';
import { JoiningService } from './joining.service';
import { UserRepository } from './user.repository';
import { UserService } from './user.service';
import { createTestSlices } from '../testing/slices';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let users: UserService;
let joining: JoiningService;
let grants: GrantService;
let admin: Principal;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;
const password = 'a long password';
const page = { first: 50, after: null };

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  grants = new GrantService(prisma, new RoleRepository(prisma));
  users = new UserService(prisma, new UserRepository(prisma), grants, createTestSlices(prisma).sessions.service);
  joining = new JoiningService(prisma, new JoiningRepository(prisma), users, grants);
  admin = await administrator('ours');
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function administrator(slug: string): Promise<Principal> {
  const organization = await prisma.organization.create({ data: { id: newId(), slug, name: slug, signupOpen: true } });
  const subject = newId();
  await prisma.user.create({ data: { id: subject, organizationId: organization.id, displayName: 'Admin', email: `admin@${slug}.example`, passwordHash: 'x' } });
  await prisma.roleAssignment.create({ data: { id: newId(), userId: subject, role: 'admin' } });
  return { subject, organizationId: organization.id, roles: ['admin'], permissions: [...allPermissions], projectPermissions: {} };
}

function newUser(displayName = 'Worker'): Promise<string> {
  counter += 1;
  return users.create(admin, { displayName, email: `worker-${counter}@ours.example`, password }, key());
}

function invite(input: object = {}): Promise<{ id: string; token: string | null }> {
  counter += 1;
  return joining.invite(admin, { email: `guest-${counter}@ours.example`, displayName: 'Guest', ...input }, key());
}

async function actions(entityId: string): Promise<string[]> {
  return (await pool.query('SELECT action FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [entityId])).rows.map(({ action }) => action as string);
}

describe('an account', () => {
  it('that is locked or disabled has no permissions from the commit on, and gateways are told', async () => {
    const id = await newUser();
    const before = await grants.effectivePermissions(id);
    await users.lock(admin, id, 'lost the phone', key());
    expect(await grants.effectivePermissions(id)).toBeNull();
    await users.unlock(admin, id, key());
    expect((await grants.effectivePermissions(id))?.version).toBe((before?.version ?? 0) + 2);
    await users.disable(admin, id, key());
    expect(await grants.effectivePermissions(id)).toBeNull();
    await expect(users.lock(admin, id, 'again', key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await users.enable(admin, id, key());
    expect(await grants.effectivePermissions(id)).not.toBeNull();
    expect(await actions(id)).toEqual(['user.created', 'user.locked', 'user.unlocked', 'user.disabled', 'user.enabled']);
  });

  it('is changed once for each key', async () => {
    const id = await newUser();
    const same = key();
    await users.lock(admin, id, 'why', same);
    await users.lock(admin, id, 'why', same);
    expect(await actions(id)).toEqual(['user.created', 'user.locked']);
    await expect(users.lock(admin, id, 'another reason', same)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('of the last administrator, or of someone who may do more than the caller, is not shut out', async () => {
    await expect(users.disable(admin, admin.subject, key())).rejects.toMatchObject({ code: 'CONFLICT' });
    const clerk: Principal = { ...admin, subject: await newUser(), permissions: ['user:read', 'user:write'] };
    await expect(users.lock(clerk, admin.subject, 'mutiny', key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const equal = await newUser();
    await users.lock(clerk, equal, 'why', key());
  });

  it('of another organisation is as unknown as one that is not there', async () => {
    const foreign = await administrator('theirs');
    const id = await newUser();
    for (const target of [id, newId(), 'nonsense']) {
      await expect(users.update(foreign, target, { displayName: 'Mine' }, key())).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'The user was not found.' });
      await expect(users.disable(foreign, target, key())).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'The user was not found.' });
    }
  });

  it('takes only what may be changed: neither status nor organisation nor roles come with the profile', async () => {
    const id = await newUser();
    const self: Principal = { ...admin, subject: id, permissions: [] };
    const foreign = await administrator('elsewhere');
    const sneaky = { displayName: 'New', id: newId(), organizationId: foreign.organizationId, status: 'DISABLED', passwordHash: 'x', email: 'x@y.example', assignments: { create: { role: 'admin' } } };
    await users.updateProfile(self, { ...sneaky, settings: { theme: 'dark' } }, key());
    const row = await prisma.user.findUniqueOrThrow({ where: { id }, include: { assignments: true } });
    expect(row).toMatchObject({ displayName: 'New', organizationId: admin.organizationId, status: 'ACTIVE', settings: { theme: 'dark' }, assignments: [] });
    expect(row.email).not.toBe('x@y.example');
    await users.update(admin, id, { ...sneaky, displayName: 'Newer' }, key());
    expect(await prisma.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ displayName: 'Newer', organizationId: admin.organizationId, status: 'ACTIVE' });
  });
});

describe('the list of users', () => {
  it('is narrowed by status, role, project and text, in which % is no wildcard', async () => {
    const id = await newUser('Zahra 100%');
    await grants.grant(admin, { userId: id, role: 'auditor' }, key());
    const found = async (filter: object): Promise<string[]> => (await users.list(admin, filter, page)).map((row) => row.id);
    expect(await found({ search: 'zahra' })).toEqual([id]);
    expect(await found({ search: '100%' })).toEqual([id]);
    expect(await found({ search: '%' })).toEqual([id]);
    expect(await found({ role: 'auditor' })).toEqual([id]);
    expect(await found({ projectId: newId() })).toEqual([]);
    await users.lock(admin, id, 'why', key());
    expect(await found({ status: 'LOCKED', search: 'zahra' })).toEqual([id]);
  });

  it('shows who sees users in one project only those who work there, and others only themselves', async () => {
    const projectId = newId();
    await prisma.project.create({ data: { id: projectId, organizationId: admin.organizationId ?? '', slug: `p-${projectId}`, name: 'P', typeCode: 't', status: 'DRAFT', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' } });
    const [inside, outside] = [await newUser(), await newUser()];
    await grants.grant(admin, { userId: inside, role: 'viewer', projectId }, key());
    const lead: Principal = { ...admin, subject: newId(), permissions: [], projectPermissions: { [projectId]: ['user:read'] } };
    expect((await users.list(lead, {}, page)).map(({ id }) => id)).toEqual([inside]);
    expect((await users.list({ ...admin, subject: outside, permissions: [] }, {}, page)).map(({ id }) => id)).toEqual([outside]);
  });
});

describe('an invitation', () => {
  it('makes an account with the roles that came with it, once', async () => {
    const { id, token } = await invite({ email: 'newcomer@ours.example', roles: [{ role: 'viewer' }, { role: 'approver', approvalLimitMinor: 500n }] });
    for (const weak of ['aaaaaaaaaaaa', 'short', 'I am NewComer here']) {
      await expect(joining.accept({ token, password: weak }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^input\.password: must/) });
    }
    const same = key();
    const userId = await joining.accept({ token, password }, same);
    expect(await joining.accept({ token, password }, same)).toBe(userId);
    expect(await grants.effectivePermissions(userId)).toMatchObject({ roles: ['approver', 'viewer'], organizationId: admin.organizationId, approvalLimits: { '*': '500' } });
    await expect(joining.accept({ token, password }, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await actions(id)).toEqual(['invitation.created', 'invitation.accepted']);
    expect(await actions(userId)).toEqual(['user.created', 'user.role-granted', 'user.role-granted']);
  });

  it('is accepted by one of two who come at once', async () => {
    const { token } = await invite();
    const settled = await Promise.allSettled([joining.accept({ token, password }, key()), joining.accept({ token, password }, key())]);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('shows its token once, and no token stands in the database', async () => {
    const same = key();
    const input = { email: 'once@ours.example', displayName: 'Once' };
    const first = await joining.invite(admin, input, same);
    expect(await joining.invite(admin, input, same)).toEqual({ id: first.id, token: null });
    const { rows } = await pool.query(`SELECT (SELECT string_agg(i::text, '') FROM invitation i) || (SELECT string_agg(payload::text, '') FROM audit_entry)
      || (SELECT string_agg(coalesce(result::text, ''), '') FROM idempotency_key) || (SELECT string_agg(payload::text, '') FROM outbox_event) AS text`);
    expect(rows[0].text).not.toContain(first.token);
  });

  it.each([
    ['was revoked', async (id: string) => void (await joining.revoke(admin, id, key()))],
    ['has ended', async (id: string) => void (await prisma.invitation.update({ where: { id }, data: { expiresAt: new Date(0) } }))],
  ])('that %s is as unknown as one that never was', async (_what, spoil) => {
    const { id, token } = await invite();
    await spoil(id);
    await expect(joining.accept({ token, password }, key())).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'The invitation was not found.' });
    await expect(joining.accept({ token: 'x'.repeat(43), password }, key())).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'The invitation was not found.' });
  });

  it('carries no role beyond the inviter’s own, neither when it is made nor when it is accepted', async () => {
    const clerk = await newUser();
    await grants.grant(admin, { userId: clerk, role: 'admin' }, key());
    const principal = { ...admin, subject: clerk };
    const { token } = await joining.invite(principal, { email: 'friend@ours.example', displayName: 'Friend', roles: [{ role: 'admin' }] }, key());
    await grants.revoke(admin, { userId: clerk, role: 'admin' }, key());
    await expect(joining.accept({ token, password }, key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await prisma.user.count({ where: { email: 'friend@ours.example' } })).toBe(0);
    const lesser = { ...principal, permissions: ['user:write', 'role:grant'] };
    await expect(joining.invite(lesser, { email: 'f2@ours.example', displayName: 'F', roles: [{ role: 'viewer' }] }, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a request to join', () => {
  const ask = (organization: string, email: string): Promise<void> => joining.request({ organization, email, displayName: 'Stranger' });
  const waiting = (email: string) => prisma.signupRequest.findFirstOrThrow({ where: { email } });

  it('tells nobody what is behind it, and who asks twice has asked once', async () => {
    await prisma.organization.create({ data: { id: newId(), slug: 'closed', name: 'Closed' } });
    for (const organization of ['ours', 'ours', 'closed', 'nowhere']) expect(await ask(organization, 'stranger@x.example')).toBeUndefined();
    expect(await prisma.signupRequest.count({ where: { email: 'stranger@x.example' } })).toBe(1);
  });

  it('is approved into an invitation, once', async () => {
    await ask('ours', 'welcome@x.example');
    const { id } = await waiting('welcome@x.example');
    const { token } = await joining.approve(admin, id, [{ role: 'viewer' }], key());
    const userId = await joining.accept({ token, password }, key());
    expect((await grants.effectivePermissions(userId))?.roles).toEqual(['viewer']);
    await expect(joining.approve(admin, id, [], key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await actions(id)).toEqual(['signup.requested', 'signup.approved']);
  });

  it('is rejected with a reason, and decided by its own organisation only', async () => {
    await ask('ours', 'goodbye@x.example');
    const { id } = await waiting('goodbye@x.example');
    const foreign = await administrator('others');
    await expect(joining.reject(foreign, id, 'no', key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await joining.reject(admin, id, 'We do not know you.', key());
    expect(await waiting('goodbye@x.example')).toMatchObject({ status: 'REJECTED', reason: 'We do not know you.', decidedById: admin.subject });
  });
});
