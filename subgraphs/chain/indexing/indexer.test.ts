import { id as keccakOf } from 'ethers';
import { createLogger } from '#kernel/telemetry';
import { useTestDatabase } from '../../../tests/kit/database';
import { createAidWorld, type AidWorld } from '../testing/aid-world';
import { eventually } from '../testing/eventually';
import { RpcError, RpcUnavailableError, type ChainNode } from '../rpc';
import { createIndexer } from './indexer';
import { takeTurn } from './index-range';

const [P1, P2] = ['0190a5b2-7c3d-7e4f-8a9b-000000000001', '0190a5b2-7c3d-7e4f-8a9b-000000000002'];
const PROJECTS = '{ aidProjects { projectId budgetMinor fundedMinor fundingCount paused } }';
const FUNDINGS = '{ fundings(orderBy: totalMinor) { amountMinor totalMinor } _meta { block { number hash } } }';

const database = useTestDatabase('chain');
let world: AidWorld;
const fund = (projectId: string, amount: bigint, ref: string): Promise<string> => world.project(projectId).send('recordFunding', amount, keccakOf(ref));
const versions = async (): Promise<unknown[]> => (await world.pool.query('SELECT entity, id, block_from, block_to, data FROM entity_version ORDER BY 1, 2, 3')).rows;

beforeEach(async () => {
  world = await createAidWorld(database().url);
});
afterEach(async () => {
  await world.pool.query('DELETE FROM indexed_graph');
  await world.stop();
});

test('rows follow from the events of the factory and of its projects', async () => {
  await world.createProject(P1, 500n);
  await world.createProject(P2, 900n);
  await fund(P1, 200n, 'a');
  await fund(P1, 100n, 'b');
  await world.project(P1).send('setBudget', 300n);
  await world.project(P2).send('pause');
  await world.index();
  expect((await world.data(PROJECTS)).aidProjects).toEqual(
    expect.arrayContaining([
      { projectId: P1, budgetMinor: '300', fundedMinor: '300', fundingCount: 2, paused: false },
      { projectId: P2, budgetMinor: '900', fundedMinor: '0', fundingCount: 0, paused: true },
    ]),
  );
});

test('the same rows come of small and of large steps', async () => {
  await world.createProject(P1, 500n);
  await fund(P1, 200n, 'a');
  await world.chain.mine(7);
  await fund(P1, 50n, 'b');
  await world.index(2);
  const small = await versions();
  await world.pool.query('DELETE FROM indexed_graph');
  await world.index(1000);
  expect(await versions()).toEqual(small);
});

test('several changes of one entity in one block are one version', async () => {
  await world.createProject(P1, 500n);
  await world.chain.rpc.call('evm_setAutomine', [false]);
  await fund(P1, 1n, 'a');
  await fund(P1, 2n, 'b');
  await world.chain.mine();
  await world.index();
  const open = await world.pool.query(`SELECT data FROM entity_version WHERE entity = 'AidProject' AND block_to IS NULL`);
  expect(open.rows.map(({ data }) => data.fundedMinor)).toEqual(['3']);
  expect(((await world.data(FUNDINGS)).fundings as unknown[]).length).toBe(2);
});

test('a contract of nobody that emits look-alike events is passed over', async () => {
  await world.createProject(P1, 500n);
  await world.index();
  const log = (await world.chain.node.logs({ from: 0, to: 100, topics: [world.graph.topics] })).at(-1);
  if (!log) throw new Error('There is no event to imitate.');
  const set = jest.fn();
  await world.graph.handle({ ...log, address: `0x${'ab'.repeat(20)}` }, { number: 1, hash: '0x', parentHash: '0x', timestamp: 1 }, { get: async () => null, set });
  expect(set).not.toHaveBeenCalled();
});

test('a reorganization takes back what the lost blocks said, and goes on from there', async () => {
  await world.createProject(P1, 500n);
  await fund(P1, 100n, 'kept');
  await world.index(1);
  const before = await versions();
  await fund(P1, 30n, 'lost');
  await world.index();
  const lost = (await world.data(FUNDINGS))._meta as { block: { hash: string } };
  await world.chain.reorganize(1);
  const kinds = await world.index();
  expect(kinds[0]).toBe('rolled-back');
  expect((await world.data(FUNDINGS)).fundings).toEqual([{ amountMinor: '100', totalMinor: '100' }]);
  expect(await versions()).toEqual(before);
  expect(await world.errors(`{ fundings(block: { hash: "${lost.block.hash}" }) { id } }`)).toEqual(['Failed to decode `block.hash` value: `no block with that hash found`']);
  await fund(P1, 7n, 'new');
  await world.index();
  expect((await world.data(FUNDINGS)).fundings).toEqual([
    { amountMinor: '100', totalMinor: '100' },
    { amountMinor: '7', totalMinor: '107' },
  ]);
});

test('a development chain that was reset is indexed from its beginning', async () => {
  await world.createProject(P1, 500n);
  await world.index();
  await world.resetChain();
  await world.createProject(P2, 900n);
  await world.chain.mine(5);
  expect(await world.index()).toContain('started-over');
  expect((await world.data(PROJECTS)).aidProjects).toMatchObject([{ projectId: P2 }]);
});

test('a chain that has become shorter is believed only after a while: its node may lag behind another', async () => {
  await world.createProject(P1, 500n);
  const snapshot = await world.chain.rpc.call<string>('evm_snapshot', []);
  await fund(P1, 30n, 'lost');
  await world.index();
  await world.chain.rpc.call('evm_revert', [snapshot]);
  expect(await world.index()).toEqual(['ahead']);
  expect((await world.data(FUNDINGS)).fundings).toHaveLength(1);
  expect(await world.index(1000, true)).toEqual(['rolled-back', 'idle']);
  expect((await world.data(FUNDINGS)).fundings).toEqual([]);
});

test('a changed graph is indexed from the beginning', async () => {
  await world.createProject(P1, 500n);
  await world.index();
  const changed = { pool: world.pool, node: world.chain.node, graph: { ...world.graph, deployment: 'another' }, rangeSize: 100, believeShorter: false };
  expect((await takeTurn(changed)).kind).toBe('started-over');
  expect((await takeTurn(changed)).kind).toBe('indexed');
});

test('two indexers of one graph do each step once', async () => {
  await world.createProject(P1, 500n);
  for (let payment = 0; payment < 10; payment++) await fund(P1, 1n, `p${payment}`);
  await Promise.all([world.index(2), world.index(3), world.index(1)]);
  expect((await world.data(PROJECTS)).aidProjects).toMatchObject([{ fundedMinor: '10', fundingCount: 10 }]);
});

test('an event that cannot be handled stops the index, and data is withheld unless it is asked for all the same', async () => {
  await world.createProject(P1, 500n);
  await world.index();
  await fund(P1, 1n, 'a');
  const broken = { ...world.graph, handle: () => Promise.reject(new Error('does not add up')) };
  const turn = await takeTurn({ pool: world.pool, node: world.chain.node, graph: broken, rangeSize: 100, believeShorter: false });
  expect(turn).toMatchObject({ kind: 'failed', failure: expect.stringContaining('does not add up') });
  expect(await world.index()).toEqual(['failed']);
  expect(await world.errors(PROJECTS)).toEqual(['indexing_error']);
  expect(await world.data('{ _meta { hasIndexingErrors } aidProjects(subgraphError: allow) { fundedMinor } }')).toEqual({
    _meta: { hasIndexingErrors: true },
    aidProjects: [{ fundedMinor: '0' }],
  });
});

test('a graph is followed while the node comes and goes', async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const indexer = createIndexer({ pool: world.pool, node: world.chain.node, graph: world.graph, logger, pollMs: 20 });
  const projects = async (): Promise<string[]> => (await world.pool.query(`SELECT data->>'projectId' AS id FROM entity_version`)).rows.map(({ id }) => id);
  try {
    await world.createProject(P1, 500n);
    await eventually(async () => (await projects()).includes(P1));
    await world.resetChain();
    await world.createProject(P2, 500n);
    await eventually(async () => (await projects()).join() === P2);
    await eventually(() => indexer.state().indexed?.number === 2);
    expect(indexer.state()).toMatchObject({ head: { number: 2 }, failure: null });
  } finally {
    await indexer.close();
  }
});

test('a node that is away is named as trouble, until it is back with the same blocks', async () => {
  await world.createProject(P1, 500n);
  let away = false;
  const node: ChainNode = { ...world.chain.node, block: (which) => (away ? Promise.reject(new RpcUnavailableError('eth_getBlockByNumber', { cause: null })) : world.chain.node.block(which)) };
  const warn = jest.fn();
  const logger = Object.assign(createLogger({ name: 'test', level: 'silent' }), { warn });
  const indexer = createIndexer({ pool: world.pool, node, graph: world.graph, logger, pollMs: 20 });
  try {
    for (let outage = 1; outage <= 2; outage += 1) {
      await eventually(() => indexer.state().indexed?.number === 2 && indexer.state().trouble === null);
      away = true;
      await eventually(() => indexer.state().trouble === 'The chain node did not answer eth_getBlockByNumber.');
      expect(warn).toHaveBeenCalledTimes(outage); // once for each outage, however long it is
      away = false;
    }
  } finally {
    await indexer.close();
  }
});

test('a node that refuses large ranges is asked for smaller ones', async () => {
  await world.createProject(P1, 500n);
  await world.chain.mine(30);
  const refuse = new RpcError('eth_getLogs', -32005, 'query returned more than 10000 results', null);
  const node: ChainNode = { ...world.chain.node, logs: (range) => (range.to - range.from < 10 ? world.chain.node.logs(range) : Promise.reject(refuse)) };
  const indexer = createIndexer({ pool: world.pool, node, graph: world.graph, logger: createLogger({ name: 'test', level: 'silent' }), pollMs: 1 });
  try {
    await eventually(() => indexer.state().indexed?.number === 32);
    expect((await world.data(PROJECTS)).aidProjects).toMatchObject([{ projectId: P1 }]);
  } finally {
    await indexer.close();
  }
});
