import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { anonymous, createPrincipalSigner, createPrincipalVerifier, ensureSigningKey, forProject, holds, type Principal } from '.';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
const files = { key: join(folder, 'a.pem'), pub: join(folder, 'a.pub.pem') };
const others = { key: join(folder, 'b.pem'), pub: join(folder, 'b.pub.pem') };
beforeAll(() => {
  ensureSigningKey(files.key, files.pub);
  ensureSigningKey(others.key, others.pub);
});

const manager: Principal = { subject: 'u1', organizationId: null, roles: ['manager'], permissions: ['vendor:read'], projectPermissions: { p1: ['entitlement:issue'] } };
const refused = { code: 'UNAUTHENTICATED' };

test('a principal arrives as it was signed', async () => {
  const token = await createPrincipalSigner(files.key)(manager, 'core');
  expect(await createPrincipalVerifier(files.pub, 'core')(token)).toEqual(manager);
});

test('a principal of somebody who works in five hundred projects fits into a header, and arrives as it was signed', async () => {
  const everyProject = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`0190a3c4-0000-7000-8000-${String(n).padStart(12, '0')}`, n % 2 ? ['entitlement:issue', 'vendor:read'] : ['beneficiary:read']]));
  const busy = { ...manager, projectPermissions: everyProject };
  const token = await createPrincipalSigner(files.key)(busy, 'core');
  expect(token.length).toBeLessThan(32 * 1024);
  expect(await createPrincipalVerifier(files.pub, 'core')(token)).toEqual(busy);
});

test('a principal that was found to hold is remembered, and no longer than it holds', async () => {
  const verify = createPrincipalVerifier(files.pub, 'core');
  const token = await createPrincipalSigner(files.key)(manager, 'core');
  expect(await verify(token)).toBe(await verify(token));
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
  jest.useFakeTimers({ now: Date.now() });
  await expect(verify(token)).rejects.toMatchObject(refused);
  jest.useRealTimers();
  clock.mockRestore();
});

test('a principal for another audience is refused', async () => {
  const token = await createPrincipalSigner(files.key)(manager, 'project:p1');
  await expect(createPrincipalVerifier(files.pub, 'project:p2')(token)).rejects.toMatchObject(refused);
});

test.each([
  ['no token', async () => undefined],
  ['nonsense', async () => 'x.y.z'],
  ['a token of another key', () => createPrincipalSigner(others.key)(manager, 'core')],
  ['an unsigned token', async () => `${b64({ alg: 'none' })}.${b64({ iss: 'rahat-gateway', aud: 'core', principal: manager })}.`],
  ['a token signed with the public key as a secret', () => new SignJWT({ principal: manager }).setProtectedHeader({ alg: 'HS256' }).setIssuer('rahat-gateway').setAudience('core').sign(Buffer.from(files.pub))],
])('%s is refused', async (_what, token) => {
  await expect(createPrincipalVerifier(files.pub, 'core')(await token())).rejects.toMatchObject(refused);
});

test('a permission granted in one project holds there only', () => {
  expect(holds(manager, 'entitlement:issue', 'p1')).toBe(true);
  expect(holds(manager, 'entitlement:issue', 'p2')).toBe(false);
  expect(holds(manager, 'entitlement:issue')).toBe(false);
  expect(holds(anonymous, 'vendor:read', 'p1')).toBe(false);
  expect(holds(manager, 'entitlement:issue', 'constructor')).toBe(false);
});

test('a project learns only what holds in it', () => {
  expect(forProject(manager, 'p1')).toMatchObject({ permissions: ['vendor:read', 'entitlement:issue'], projectPermissions: {} });
  expect(forProject(manager, 'p2')).toMatchObject({ permissions: ['vendor:read'], projectPermissions: {} });
});

function b64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
