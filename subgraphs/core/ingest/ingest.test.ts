import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, newId, type Pool } from '#kernel/db';
import { createInternalServer, listen, type InternalServer } from '#kernel/http';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createInternalClient, ensureAuthority, identity, issueCertificate, type InternalClient } from '#kernel/tls';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, type CoreDatabase } from '../database';
import { mountIngest } from '.';

const database = useTestDatabase('core');
const folder = mkdtempSync(join(tmpdir(), 'ingest-'));
const authority = { certFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') };
const projectId = newId();
const organizationId = newId();
let pool: Pool;
let prisma: CoreDatabase;
let server: InternalServer;
let url: string;
const clients: InternalClient[] = [];

async function clientOf(id: string): Promise<InternalClient> {
  const files = { certFile: join(folder, `${newId()}.crt`), keyFile: join(folder, `${newId()}.key`) };
  await issueCertificate(authority, id, files);
  const client = createInternalClient({ caFile: authority.certFile, ...files });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  await ensureAuthority(authority);
  const own = { certFile: join(folder, 'core.crt'), keyFile: join(folder, 'core.key') };
  await issueCertificate(authority, identity.core, own);
  pool = createPool(database().serviceUrl, { max: 4, name: 'test' });
  prisma = createDatabase(pool);
  await prisma.organization.create({ data: { id: organizationId, slug: 'ours', name: 'Ours' } });
  await prisma.project.create({
    data: { id: projectId, organizationId, slug: 'p', name: 'P', typeCode: 'tally', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
  });
  server = createInternalServer({ tls: { caFile: authority.certFile, ...own }, logger: createLogger({ name: 'test', level: 'silent' }), metrics: createMetrics(), readiness: async () => ({ ready: true }) });
  mountIngest(server, prisma);
  url = await listen(server, '127.0.0.1', 0);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
  await prisma.$disconnect();
  await pool.end();
});

const now = '2026-11-23T00:00:00.000Z';
const event = (change: object = {}): object => ({ id: newId(), name: 'project.tally.counted', version: 1, projectId, aggregateType: 'Tally', aggregateId: 'a', occurredAt: now, correlationId: 'c', payload: { n: 1 }, ...change });
const entry = (change: object = {}): object => ({ id: newId(), occurredAt: now, actorType: 'USER', actorId: 'u', action: 'tally.counted', entityType: 'Tally', entityId: 'a', organizationId: null, projectId, correlationId: 'c', payload: {}, ...change });

async function ingest(id: string, body: object): Promise<unknown> {
  return (await clientOf(id)).call({ url, path: '/internal/ingest', identity: identity.core, method: 'POST', body });
}

const service = identity.projectInstance(projectId, newId());

test('events and audit entries of a service are taken over once, however often they come, under the organisation that core knows', async () => {
  const batch = { events: [event()], audit: [entry({ organizationId: newId() })] };
  const first = await ingest(service, batch);
  expect(await ingest(service, batch)).toEqual(first);
  expect(await prisma.outboxEvent.count()).toBe(1);
  expect(await prisma.auditEntry.findMany({ select: { organizationId: true, projectId: true } })).toEqual([{ organizationId, projectId }]);
});

test.each([
  ['an event of another project', { events: [event({ projectId: newId() })], audit: [] }],
  ['an event of no project', { events: [event({ projectId: null })], audit: [] }],
  ['an audit entry of another project', { events: [], audit: [entry({ projectId: newId() })] }],
  ['words that are core’s own', { events: [event({ name: 'project.closed' })], audit: [] }],
  ['words of the chain', { events: [event({ name: 'chain.contract-deployed' })], audit: [] }],
])('a service that sends %s is refused, and nothing of the batch is taken', async (_what, batch) => {
  const before = [await prisma.outboxEvent.count(), await prisma.auditEntry.count()];
  await expect(ingest(service, { events: [event(), ...batch.events], audit: [entry(), ...batch.audit] })).rejects.toMatchObject({ status: 403 });
  expect([await prisma.outboxEvent.count(), await prisma.auditEntry.count()]).toEqual(before);
});

test('a batch that is not in shape is refused by field', async () => {
  await expect(ingest(service, { events: [event({ version: 'one' })], audit: [] })).rejects.toMatchObject({ status: 400, body: expect.stringContaining('body.events.0.version') });
});

test('gateways and the worker have nothing to say here', async () => {
  await expect(ingest(identity.gateway, { events: [], audit: [] })).rejects.toMatchObject({ status: 403 });
  await expect(ingest(identity.worker, { events: [], audit: [] })).rejects.toMatchObject({ status: 403 });
});
