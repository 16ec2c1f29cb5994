import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { federate, type Federation, type GraphNodeConfig } from '#kernel/graph-node';
import { createEngine, createSwappingEngine } from '../../../engine';
import { createThinFront, runTrusted } from '../../../http';
import { createUndiciTransport, type Transport } from '../../../transport';
import { fakeDeps, scopeOf } from '../../../testing/tree-source';
import type { SubgraphDescriptor } from '../../../contracts';
import type { DataSource, DataSourceDeps, OperationScope } from '../../data-source';
import { createGraphNodeDataSource } from '..';
import { endpointSdl } from './endpoint-schema';
import type { FakeEndpoint } from './fake-endpoint';
import { startCompilerHere } from '../../../engine/testing/compiler-here';

/** How accounts and transfers get into the graph of people. */
export const federation: Federation = {
  prefix: 'Aid',
  links: [
    { on: 'Person', requires: 'walletAddress', field: 'wallet', entity: 'Account', kind: 'one' },
    { on: 'Person', requires: 'walletAddress', field: 'received', entity: 'Account', via: 'received' },
    { on: 'Person', requires: 'walletAddress', field: 'sent', entity: 'Transfer', by: 'from' },
  ],
};

const peopleSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { people: [Person!]! }
type Person @key(fields: "id") { id: ID! name: String! walletAddress: String }`;

/** A person as core knows them. */
export interface FakePerson {
  id: string;
  name: string;
  walletAddress: string | null;
}

export type ConfigChanges = Partial<Pick<GraphNodeConfig, 'maxLag' | 'onStale' | 'status' | 'tls'>>;

function descriptor(url: string, changes: ConfigChanges) {
  return { name: 'aid', kind: 'graph-node', url, config: { ...federation, schema: endpointSdl, maxLag: 60, onStale: 'warn', tls: 'public', ...changes } };
}

/** Dependencies with a transport of real connections; without files of ours, as a public endpoint needs none. */
export function depsOver(transport: Transport): DataSourceDeps & { outcomes: string[] } {
  return { ...fakeDeps({ ...transport, servers: new Map(), sent: [] }, new Map()) };
}

export function realTransport(): Transport {
  const nowhere = join(mkdtempSync(join(tmpdir(), 'rahat-chain-')), 'none.pem');
  return createUndiciTransport({ caFile: nowhere, certFile: nowhere, keyFile: nowhere });
}

/** The data source alone. */
export function sourceOf(endpoint: Pick<FakeEndpoint, 'url'>, deps: DataSourceDeps, changes: ConfigChanges = {}): DataSource {
  return createGraphNodeDataSource(descriptor(endpoint.url, changes), deps);
}

/** The answer of the whole gateway to a client. */
export interface ClientAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string; path?: readonly (string | number)[]; extensions?: Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
}

/** The gateway's own engine and server over a core with these people and the endpoint. */
export interface AidWorld {
  people: FakePerson[];
  /** Awaited before core answers. */
  beforeCore: () => Promise<unknown>;
  ask(query: string, variables?: Record<string, unknown>): Promise<ClientAnswer>;
  stop(): Promise<void>;
}

export async function createAidWorld(endpoint: FakeEndpoint, deps: DataSourceDeps, changes: ConfigChanges = {}): Promise<AidWorld> {
  const subgraphs = [
    { name: 'core', url: 'http://core', sdl: peopleSdl },
    { name: 'aid', url: endpoint.url, sdl: federate(federation, endpointSdl).sdl },
  ];
  const engines = createSwappingEngine();
  const front = createThinFront(engines);
  const world: AidWorld = {
    people: [],
    beforeCore: async () => undefined,
    ask: async (query, variables = {}) => {
      const scope = scopeOf();
      const answer = await runTrusted(front, { query, variables }, scope, (error) => error);
      return { data: answer.data, ...(answer.errors.length > 0 ? { errors: answer.errors } : {}), ...(scope.extensions.size > 0 ? { extensions: Object.fromEntries(scope.extensions) } : {}) };
    },
    stop: () => engines.close(),
  };
  const sdl = await compose(subgraphs);
  const artifact = { version: 1, sdl, subgraphs: [{ name: 'core', kind: 'core', url: null, config: {} }, descriptor(endpoint.url, changes)] };
  const source = (one: SubgraphDescriptor): DataSource => (one.kind === 'core' ? coreOf(world) : createGraphNodeDataSource(one, deps));
  await engines.swap(await createEngine(artifact, { source, limits: { maxTokens: 15_000, introspection: false }, startCompiler: startCompilerHere }));
  return world;
}

function coreOf(world: AidWorld): DataSource {
  const schema = buildSubgraphSchema({ typeDefs: parse(peopleSdl), resolvers: { Query: { people: () => world.people } } });
  return {
    process: async ({ operation: { query }, variables }) => {
      await world.beforeCore();
      const { data } = await graphql({ schema, source: query, variableValues: variables.values() });
      return { data: data ? structuredClone({ ...data }) : null };
    },
  };
}

// In the thread of core, which alone may use the composition library.
async function compose(subgraphs: object[]): Promise<string> {
  const thread = new Worker(join(__dirname, '../../../../dist/subgraphs/core/compose.worker.js'));
  thread.postMessage({ id: 1, subgraphs });
  const [{ result }] = (await once(thread, 'message')) as [{ result: { supergraphSdl?: string; errors?: string[] } }];
  await thread.terminate();
  if (result.supergraphSdl === undefined) throw new Error(result.errors?.join('\n'));
  return result.supergraphSdl;
}

/** The scope of one operation. */
export function operation(): OperationScope {
  return scopeOf();
}
