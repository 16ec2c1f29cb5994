import { buildSchema } from 'graphql';
import { newId } from '#kernel/db';
import { graphNodeConfigSchema } from '#kernel/graph-node';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { identity, InternalCallError, type InternalClient } from '#kernel/tls';
import { createTestDatabase, type TestDatabase } from '../../tests/kit/database';
import { startChain } from './app';
import { projectAddress, factoryAddress } from './contracts';
import { readEnv } from './env';
import { aidSdl } from './schema-files';
import { devAccount } from './testing/accounts';
import { startTestChain, type TestChain } from './testing/anvil';
import { ROOT } from './testing/aid-world';
import { eventually } from './testing/eventually';
import { createPeers, type Peers } from './testing/peers';

const ADDRESS = (projectId: string): string => projectAddress(factoryAddress(devAccount(0).address), projectId);

let database: TestDatabase;
let chain: TestChain;
let peers: Peers;
let worker: InternalClient;
let gateway: InternalClient;
let url: string;
let closers: (() => unknown)[] = [];

beforeEach(async () => {
  [database, chain, peers] = await Promise.all([createTestDatabase('chain'), startTestChain(), createPeers()]);
  [worker, gateway] = await Promise.all([peers.client(identity.worker), peers.client(identity.gateway)]);
});
afterEach(async () => {
  await stop();
  await Promise.all([peers.stop(), chain.stop()]);
  await database.drop();
});

async function start(): Promise<void> {
  const tls = await peers.tls(identity.chain);
  const env = readEnv({
    TLS_CA_FILE: tls.caFile,
    TLS_CERT_FILE: tls.certFile,
    TLS_KEY_FILE: tls.keyFile,
    CHAIN_PORT: '0',
    DATABASE_URL: database.serviceUrl,
    CHAIN_RPC_URL: chain.url,
    CORE_URL: peers.core.url,
    PRINCIPAL_PUBLIC_KEY_FILE: peers.principalPublicKeyFile,
    RAHAT_ROOT: ROOT,
    CHAIN_POLL_MS: '25',
  });
  url = await startChain(env, { logger: createLogger({ name: 'chain', level: 'silent' }), metrics: createMetrics() }, { add: (_name, close) => closers.unshift(close) });
}

async function stop(): Promise<void> {
  for (const close of closers) await close();
  closers = [];
}

function news(projectId: string, changes: { name?: string; status?: string; budgetMinor?: string; id?: string } = {}): Record<string, unknown> {
  const { name = 'project.created', status = 'PROVISIONING', budgetMinor = '125000', id = newId() } = changes;
  return { id, name, version: 1, projectId, aggregateType: 'Project', aggregateId: projectId, occurredAt: new Date().toISOString(), correlationId: 'test', payload: { id: projectId, status, budgetMinor, currency: 'KES' } };
}

const tell = async (...events: Record<string, unknown>[]): Promise<{ acknowledged: string[] }> =>
  worker.call({ url, path: '/internal/events', identity: identity.chain, method: 'POST', body: { events } });
const ask = async (query: string, subject = 'u1'): Promise<{ data?: Record<string, unknown>; errors?: { message: string; extensions?: object }[] }> =>
  gateway.call({ url, path: '/subgraphs/name/aid', identity: identity.chain, method: 'POST', body: { query }, headers: await peers.asUser(subject) });
const readiness = async (): Promise<Record<string, unknown>> => gateway.call({ url, path: '/readiness', identity: identity.chain });
const refusal = async (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => 200,
    (error: unknown) => (error instanceof InternalCallError ? error.status : -1),
  );

test('a project that was created gets a contract, of which core is told, and which the graph shows', async () => {
  await start();
  const projectId = newId();
  await tell(news(projectId));
  await eventually(() => peers.core.events.length > 0);
  const payload = { projectId, chainId: '31337', address: ADDRESS(projectId), transactionHash: expect.any(String), blockNumber: 2 };
  expect(peers.core.events).toMatchObject([{ name: 'chain.contract-deployed', projectId, payload }]);
  expect(peers.core.audit).toMatchObject([{ action: 'chain.contract-deployed', actorType: 'SYSTEM', projectId }]);
  const query = `{ aidProject(id: "${ADDRESS(projectId).toLowerCase()}") { projectId budgetMinor fundedMinor createdAtBlock } }`;
  await eventually(async () => (await ask(query)).data?.aidProject !== null);
  expect((await ask(query)).data).toEqual({ aidProject: { projectId, budgetMinor: '125000', fundedMinor: '0', createdAtBlock: 2 } });
});

test('news that comes twice, or late, makes no second contract', async () => {
  await start();
  const projectId = newId();
  const created = news(projectId);
  const events = [created, created, news(projectId, { name: 'project.updated', budgetMinor: '7' })];
  expect((await tell(...events)).acknowledged).toEqual(events.map(({ id }) => id));
  await tell(created);
  await eventually(() => peers.core.events.length > 0);
  await chain.mine(2);
  expect((await ask('{ aidProjects { budgetMinor } }')).data).toEqual({ aidProjects: [{ budgetMinor: '125000' }] });
});

test('a draft has no contract until it is to run', async () => {
  await start();
  const [draft, other] = [newId(), newId()];
  await tell(news(draft, { status: 'DRAFT' }), news(other));
  await eventually(() => peers.core.events.length === 1);
  expect(peers.core.events[0]?.projectId).toBe(other);
  await tell(news(draft, { name: 'project.retried' }));
  await eventually(() => peers.core.events.length === 2);
});

test('it registers with core until core accepts, and is ready from then on', async () => {
  peers.core.accepts = false;
  await start();
  expect(await refusal(readiness())).toBe(503);
  peers.core.accepts = true;
  await eventually(async () => (await refusal(readiness())) === 200);
  const [registration] = peers.core.registrations;
  expect(registration).toMatchObject({ name: 'chain_aid', body: { kind: 'graph-node', sdl: aidSdl(ROOT).federated } });
  expect(() => graphNodeConfigSchema.parse(registration?.body.config)).not.toThrow();
});

test('what was accepted once needs no second word of core to be ready', async () => {
  await start();
  await eventually(async () => (await refusal(readiness())) === 200);
  await stop();
  peers.core.accepts = false;
  await start();
  await eventually(async () => (await refusal(readiness())) === 200);
});

test('while the chain is away what is indexed is answered, and what is wanted waits', async () => {
  await start();
  const [first, second] = [newId(), newId()];
  await tell(news(first));
  await eventually(async () => (await ask('{ aidProjects { id } }')).data?.aidProjects?.toString() === '[object Object]');
  await chain.stop();
  await tell(news(second));
  expect((await ask('{ aidProjects { projectId } }')).data).toEqual({ aidProjects: [{ projectId: first }] });
  await eventually(async () => (await readiness()).contractsWaiting === 1);
  await eventually(async () => String((await readiness()).trouble).startsWith('The chain node did not answer'));
  chain = await startTestChain({ port: Number(new URL(chain.url).port) });
  await eventually(() => peers.core.events.some(({ projectId }) => projectId === second));
});

describe('who may call', () => {
  beforeEach(start);

  it('the graph: the gateway, for a user who sees projects, whatever the field', async () => {
    const query = '{ _meta { hasIndexingErrors } }';
    const fields = Object.values(buildSchema(aidSdl(ROOT).api).getQueryType()?.getFields() ?? {}).map(({ name, args }) => `{ ${name}${args.some((argument) => argument.name === 'id') ? '(id: "x")' : ''} { __typename } }`);
    expect(fields.length).toBeGreaterThan(2);
    for (const field of fields) {
      expect(await ask(field, 'anonymous')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      expect(await ask(field, 'powerless')).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'FORBIDDEN', permission: 'project:read' } }] });
    }
    const graph = { url, path: '/subgraphs/name/aid', identity: identity.chain, method: 'POST', body: { query } } as const;
    expect(await refusal(gateway.call(graph))).toBe(401);
    expect(await refusal(gateway.call({ ...graph, headers: await peers.asUser('u1', 'core') }))).toBe(401);
    expect(await refusal(worker.call({ ...graph, headers: await peers.asUser('u1') }))).toBe(403);
  });

  it('the news: the worker', async () => {
    const call = { url, path: '/internal/events', identity: identity.chain, method: 'POST', body: { events: [] } } as const;
    expect(await refusal(worker.call(call))).toBe(200);
    expect(await refusal(gateway.call(call))).toBe(403);
    expect(await refusal(worker.call({ ...call, body: { events: [{ id: 'x' }] } }))).toBe(400);
  });

  it('the status of the index: the gateway', async () => {
    await eventually(async () => (await refusal(readiness())) === 200 && typeof (await readiness()).indexed === 'number');
    const query = '{ indexingStatusForCurrentVersion(subgraphName: "aid") { health synced chains { chainHeadBlock { number } latestBlock { number } } } }';
    const status = { url, path: '/index-node/graphql', identity: identity.chain, method: 'POST', body: { query } } as const;
    expect(await gateway.call({ ...status, headers: await peers.asUser('anonymous') })).toEqual({
      data: { indexingStatusForCurrentVersion: { health: 'healthy', synced: true, chains: [{ chainHeadBlock: { number: 0 }, latestBlock: { number: 0 } }] } },
    });
    expect(await refusal(gateway.call(status))).toBe(401);
  });
});
