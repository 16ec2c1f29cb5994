import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allow } from 'graphql-shield';
import { Mutation, Query, Resolver } from 'type-graphql';
import { anonymous } from '#kernel/auth';
import { createInternalServer, listen, type InternalServer } from '#kernel/http';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createInternalClient, ensureAuthority, identity, issueCertificate, type InternalClient, type TlsFiles } from '#kernel/tls';
import { buildSubgraph } from './build-subgraph';
import { mountSubgraph } from './mount-subgraph';

const folder = mkdtempSync(join(tmpdir(), 'deadline-'));
const logger = createLogger({ name: 'test', level: 'silent' });
let server: InternalServer;
let client: InternalClient;
let url: string;
let stop: () => Promise<void>;
const ran: string[] = [];
let held: Promise<void>;

@Resolver()
class Steps {
  @Query(() => String)
  ping(): string {
    return 'pong';
  }

  @Mutation(() => String)
  async first(): Promise<string> {
    ran.push('first begins');
    await held;
    ran.push('first ends');
    return 'first';
  }

  @Mutation(() => String)
  second(): string {
    ran.push('second');
    return 'second';
  }
}

async function filesOf(name: string, id: string): Promise<TlsFiles> {
  const authority = { certFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') };
  await ensureAuthority(authority);
  const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  await issueCertificate(authority, id, files);
  return { caFile: authority.certFile, ...files };
}

beforeAll(async () => {
  const subgraph = await buildSubgraph({ resolvers: [Steps], container: { get: () => new Steps() }, references: {}, rules: { Query: { ping: allow }, Mutation: { first: allow, second: allow } } });
  server = createInternalServer({ tls: await filesOf('core', identity.core), logger, metrics: createMetrics(), readiness: async () => ({ ready: true }) });
  const apollo = await mountSubgraph(server as never, { subgraph, logger, verify: async () => anonymous, context: (principal) => ({ principal }) });
  stop = () => apollo.stop();
  url = await listen(server as never, '127.0.0.1', 0);
  client = createInternalClient(await filesOf('gateway', identity.gateway));
});
afterAll(async () => {
  await client.close();
  await server.close();
  await stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => void ran.splice(0));

const ask = (query: string, headers: Record<string, string>) => client.call<{ data: unknown; errors?: { extensions: { code: string } }[] }>({ url, path: '/graphql', identity: identity.core, method: 'POST', body: { query }, headers });

describe('a subgraph that is told how long it is waited for', () => {
  test('answers in time as always', async () => {
    held = Promise.resolve();
    expect(await ask('mutation { first second }', { 'x-request-timeout': '5000' })).toEqual({ data: { first: 'first', second: 'second' } });
    expect(await ask('{ ping }', {})).toEqual({ data: { ping: 'pong' } });
  });

  test('begins nothing when the time is over, and ends what it has begun', async () => {
    held = new Promise((resolve) => setTimeout(resolve, 120));
    const { errors } = await ask('mutation { first second }', { 'x-request-timeout': '40' });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['DEADLINE_EXCEEDED']);
    expect(ran).toEqual(['first begins', 'first ends']);
  });

  test('begins nothing at all for a caller who waits no longer', async () => {
    await ask('mutation { first }', { 'x-request-timeout': '0' });
    expect(ran).toEqual([]);
  });

  test('takes what is no duration for none', async () => {
    held = Promise.resolve();
    expect((await ask('mutation { first }', { 'x-request-timeout': '-1; DROP' })).errors).toBeUndefined();
  });
});
