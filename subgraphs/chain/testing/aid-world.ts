import { createPool, type Pool } from '#kernel/db';
import { factoryAddress, projectAddress, toBytes16, aidProjectInterface, deployFactory, factoryInterface } from '../contracts';
import { createGraphApi, type GraphApi } from '../graph-api';
import { aidGraph } from '../graphs/aid';
import { takeTurn, type Graph, type Turn } from '../indexing';
import { callerOf, devAccount, type Caller } from './accounts';
import { startTestChain, type TestChain } from './anvil';

/** Root of the repository. */
export const ROOT = `${__dirname}/../../..`;
const admin = devAccount(0).address;

/** A chain with a factory, and the aid graph of it in a database. Nothing is indexed until a test says so. */
export interface AidWorld {
  chain: TestChain;
  pool: Pool;
  graph: Graph;
  api: GraphApi;
  /** Creates the contract of a project and returns its address in lower case. */
  createProject(projectId: string, budgetMinor: bigint): Promise<string>;
  project(projectId: string): Caller;
  /** Indexes until nothing is left to do; returns the kinds of the turns it took. */
  index(rangeSize?: number, believeShorter?: boolean): Promise<Turn['kind'][]>;
  /** Asks and expects no error. */
  data(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Asks and returns the messages of the errors. */
  errors(query: string, variables?: Record<string, unknown>): Promise<string[]>;
  /** Replaces the chain by an empty one at the same address, as a restart of a development chain does. */
  resetChain(): Promise<void>;
  stop(): Promise<void>;
}

export async function createAidWorld(databaseUrl: string): Promise<AidWorld> {
  const factory = factoryAddress(admin);
  const pool = createPool(databaseUrl, { max: 4, name: 'chain-test' });
  const graph = aidGraph({ root: ROOT, factory, startBlock: 0 });
  const api = createGraphApi(pool, graph);
  const world: AidWorld = {
    chain: await startTestChain(),
    pool,
    graph,
    api,
    createProject: async (projectId, budgetMinor) => {
      await callerOf(world.chain.rpc, { address: factory, abi: factoryInterface }, admin).send('createProject', toBytes16(projectId), budgetMinor, admin);
      return projectAddress(factory, projectId).toLowerCase();
    },
    project: (projectId) => callerOf(world.chain.rpc, { address: projectAddress(factory, projectId), abi: aidProjectInterface }, admin),
    index: async (rangeSize = 1000, believeShorter = false) => {
      const kinds: Turn['kind'][] = [];
      do kinds.push((await takeTurn({ pool, node: world.chain.node, graph, rangeSize, believeShorter })).kind);
      while (kinds.at(-1) !== 'idle' && kinds.at(-1) !== 'failed' && kinds.at(-1) !== 'ahead');
      return kinds;
    },
    data: async (query, variables) => {
      const { data, errors } = await api({ query, variables });
      if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
      return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
    },
    errors: async (query, variables) => ((await api({ query, variables })).errors ?? []).map(({ message }) => message),
    resetChain: async () => {
      await world.chain.stop();
      world.chain = await startTestChain({ port: Number(new URL(world.chain.url).port) });
      await installFactory(world.chain);
    },
    stop: async () => {
      await pool.end();
      await world.chain.stop();
    },
  };
  await installFactory(world.chain);
  return world;
}

async function installFactory(chain: TestChain): Promise<void> {
  await chain.rpc.call('eth_sendTransaction', [{ from: admin, gas: '0x4c4b40', ...deployFactory(admin) }]);
}
