import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrincipalSigner, ensureSigningKey, PRINCIPAL_HEADER, type Principal } from '#kernel/auth';
import { wireEventSchema, type AuditEntry, type EventEnvelope } from '#kernel/events';
import { createInternalServer, listen, only } from '#kernel/http';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createInternalClient, ensureAuthority, identity, issueCertificate, type InternalClient, type TlsFiles } from '#kernel/tls';

/** What core was told. */
export interface FakeCore {
  url: string;
  registrations: { name: string; body: Record<string, unknown> }[];
  events: EventEnvelope[];
  audit: AuditEntry[];
  /** While false, core refuses registrations. */
  accepts: boolean;
}

/** The rooms around the chain: certificates, a core that listens, and clients that speak as gateway or worker. */
export interface Peers {
  core: FakeCore;
  principalPublicKeyFile: string;
  tls(id: string): Promise<TlsFiles>;
  client(id: string): Promise<InternalClient>;
  /** The headers of a gateway that asks for this user. */
  /** Somebody who sees projects; `powerless` and `anonymous` do not. */
  asUser(subject: string, audience?: string): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

export async function createPeers(): Promise<Peers> {
  const folder = mkdtempSync(join(tmpdir(), 'rahat-chain-'));
  const authority = { certFile: join(folder, 'ca.pem'), keyFile: join(folder, 'ca.key') };
  await ensureAuthority(authority);
  const [principalKey, principalPublicKeyFile] = [join(folder, 'principal.pem'), join(folder, 'principal.pub.pem')];
  ensureSigningKey(principalKey, principalPublicKeyFile);
  const clients: InternalClient[] = [];
  let issued = 0;
  const tls = async (id: string): Promise<TlsFiles> => {
    issued += 1;
    const own = { certFile: join(folder, `${issued}.pem`), keyFile: join(folder, `${issued}.key`) };
    await issueCertificate(authority, id, own);
    return { caFile: authority.certFile, ...own };
  };
  const sign = createPrincipalSigner(principalKey);
  const { core, stop } = await startFakeCore(await tls(identity.core));
  return {
    core,
    principalPublicKeyFile,
    tls,
    client: async (id) => {
      const client = createInternalClient(await tls(id));
      clients.push(client);
      return client;
    },
    asUser: async (subject, audience = 'chain') => {
      const principal: Principal = { subject, organizationId: null, roles: [], permissions: subject === 'anonymous' || subject === 'powerless' ? [] : ['project:read'], projectPermissions: {} };
      return { [PRINCIPAL_HEADER]: await sign(principal, audience) };
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startFakeCore(tls: TlsFiles): Promise<{ core: FakeCore; stop: () => Promise<unknown> }> {
  const core: FakeCore = { url: '', registrations: [], events: [], audit: [], accepts: true };
  const server = createInternalServer({ tls, logger: createLogger({ name: 'core', level: 'silent' }), metrics: createMetrics(), readiness: async () => ({ ready: true }) });
  const guard = { preHandler: only(identity.chain) };
  server.put<{ Params: { name: string } }>('/internal/subgraphs/:name', guard, async ({ params, body }, reply) => {
    if (!core.accepts) return reply.code(422).send({ errors: [{ message: 'does not compose' }] });
    core.registrations.push({ name: params.name, body: body as Record<string, unknown> });
    return reply.code(204).send();
  });
  server.post('/internal/ingest', guard, async ({ body }) => {
    const { events: sent, audit } = body as { events: unknown[]; audit: AuditEntry[] };
    const events = sent.map((event) => wireEventSchema.parse(event));
    core.events.push(...events);
    core.audit.push(...audit);
    return { acknowledged: [...events, ...audit].map(({ id }) => id) };
  });
  core.url = await listen(server, '127.0.0.1', 0);
  return { core, stop: () => server.close() };
}
