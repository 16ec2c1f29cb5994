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
