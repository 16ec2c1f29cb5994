import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInternalServer, listen, only, type InternalServer } from '#kernel/http';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createInternalClient, ensureAuthority, identity, issueCertificate, matchesIdentity, projectOf, type InternalClient, type TlsFiles } from '.';

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
const authority = { certFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') };
const strangers = { certFile: join(folder, 'other-ca.crt'), keyFile: join(folder, 'other-ca.key') };
const project = identity.projectInstance('p1', 'i1');
let server: InternalServer;
let url: string;
const clients: InternalClient[] = [];

async function filesOf(id: string, issuer = authority): Promise<TlsFiles> {
  const name = Buffer.from(id + issuer.certFile).toString('hex').slice(-40);
  const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  await issueCertificate(issuer, id, files);
  return { caFile: authority.certFile, ...files };
}

async function callAs(id: string, options: { path?: string; expect?: string; issuer?: typeof authority } = {}): Promise<unknown> {
  const client = createInternalClient(await filesOf(id, options.issuer));
  clients.push(client);
  return client.call({ url, path: options.path ?? '/secret', identity: options.expect ?? identity.core });
}

beforeAll(async () => {
  await ensureAuthority(authority);
  await ensureAuthority(strangers);
  server = createInternalServer({
    tls: await filesOf(identity.core),
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
    readiness: async () => ({ ready: false, detail: { reason: 'test' } }),
  });
  server.get('/secret', { preHandler: only(identity.gateway, 'spiffe://rahat/project/*') }, async () => ({ ok: true }));
  url = await listen(server, '127.0.0.1', 0);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
});

test('a caller whose identity the route names is let in', async () => {
  expect(await callAs(identity.gateway)).toEqual({ ok: true });
  expect(await callAs(project)).toEqual({ ok: true });
});

test('a caller of our authority whom the route does not name is refused', async () => {
  await expect(callAs(identity.chain)).rejects.toMatchObject({ status: 403 });
});

test('a caller whose certificate another authority signed is refused, whatever it claims to be', async () => {
  await expect(callAs(identity.gateway, { issuer: strangers })).rejects.toMatchObject({ status: 403 });
});

test('a client turns away from a server that is not the one it meant to call', async () => {
  await expect(callAs(identity.gateway, { expect: identity.projectInstance('p1', 'i2') })).rejects.toThrow(/Expected the server/);
});

test('health and readiness answer anyone who trusts our authority, readiness with its reason', async () => {
  expect(await callAs(identity.chain, { path: '/health' })).toEqual({ status: 'ok' });
  await expect(callAs(identity.chain, { path: '/readiness' })).rejects.toMatchObject({ status: 503, body: expect.stringContaining('"reason":"test"') });
});

test('identities are matched whole, or below a path, never by a mere prefix', () => {
  expect(matchesIdentity('spiffe://rahat/core2', 'spiffe://rahat/core')).toBe(false);
  expect(matchesIdentity('spiffe://rahat/projects/p/i', 'spiffe://rahat/project/*')).toBe(false);
  expect(projectOf(project)).toBe('p1');
  expect(projectOf('spiffe://rahat/project/p1')).toBeNull();
});
