import type { Transport } from '../../transport';
import { createFakeTransport } from '../../testing/fake-transport';
import { fakeDeps } from '../../testing/tree-source';
import type { DataSource, DataSourceDeps, OperationScope, SubgraphAnswer } from '../data-source';
import type { ChainFreshness } from './freshness';
import { depsOver, operation, realTransport, sourceOf } from './testing/aid-world';
import { blockNow, startFakeEndpoint, type FakeEndpoint } from './testing/fake-endpoint';
import { fetchOf } from '../../testing/subgraph-fetch';

// What one operation reads, it reads at one block; and what happens when the chain does not stand still.

const REORGANIZED = { errors: [{ message: 'the chain was reorganized while executing the query' }] };

let transport: Transport;
let deps: DataSourceDeps & { outcomes: string[] };
let endpoint: FakeEndpoint;
let source: DataSource;

beforeAll(() => {
  transport = realTransport();
});
beforeEach(async () => {
  deps = depsOver(transport);
  endpoint = await startFakeEndpoint();
  endpoint.content.accounts = ['0xa'];
  source = sourceOf(endpoint, deps);
});
afterEach(() => endpoint.stop());
afterAll(() => transport.close());

const ask = (context: OperationScope, query = '{ aid_accounts { balance } }', from = source): Promise<SubgraphAnswer> => from.process(fetchOf(query, {}, context));
const atBlock = (number: number) => ({ data: { aid_accounts: [{ balance: String(number) }] } });
const freshness = ({ extensions }: OperationScope): ChainFreshness | undefined => (extensions.get('chain') as Record<string, ChainFreshness> | undefined)?.aid;
const codes = ({ errors }: SubgraphAnswer): unknown => errors?.map(({ extensions }) => extensions?.code);

/** A gate that somebody waits at. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

it('merges the fetches of one tick, and those of one operation only', async () => {
  const scope = operation();
  const fetch = (query: string, variables = {}) => source.process(fetchOf(query, variables, scope));
  const answers = await Promise.all([fetch('query ($n: Int) { aid_accounts(first: $n) { id } }', { n: 1 }), fetch('query ($n: ID!) { aid_account(id: $n) { id } }', { n: '0xa' })]);
  expect(answers).toEqual([{ data: { aid_accounts: [{ id: '0xa' }] } }, { data: { aid_account: { id: '0xa' } } }]);
  expect(endpoint.hits).toHaveLength(1);
  await Promise.all([ask(operation()), ask(operation())]);
  expect(endpoint.hits).toHaveLength(3);
});

it('tells each fetch of the call that they share, to all but one as shared', async () => {
  const scope = operation();
  const told: [string, boolean][] = [];
  const ask = (name: string, query: string) => source.process({ ...fetchOf(query, {}, scope), observed: ({ shared }) => told.push([name, shared]) });
  await Promise.all([ask('one', '{ aid_accounts { id } }'), ask('other', '{ aid_accounts { balance } }')]);
  expect(told).toEqual([['one', false], ['other', true]]);
});

it('stays at the block of its first answer', async () => {
  const scope = operation();
  expect(await ask(scope)).toEqual(atBlock(1));
  endpoint.mine();
  expect(await ask(scope)).toEqual(atBlock(1));
  expect(await ask(operation())).toEqual(atBlock(2));
  expect(freshness(scope)?.number).toBe(1);
});

it('leaves a field at the block that the client names', async () => {
  const scope = operation();
  endpoint.mine();
  await ask(scope);
  expect(await ask(scope, '{ aid_accounts(block: { number: 1 }) { balance } }')).toEqual(atBlock(1));
});

it('reads again, elsewhere, when the block of its first answer is gone', async () => {
  const scope = operation();
  await ask(scope);
  endpoint.content.blocks = [blockNow(1, '0xother'), blockNow(2, '0xnext')];
  expect(await ask(scope)).toEqual(atBlock(2));
  expect(freshness(scope)).toMatchObject({ number: 2, hash: '0xnext' });
  expect(endpoint.hits).toHaveLength(3);
});

it('reads again when the chain changes while it is read, twice at most', async () => {
  endpoint.incidents.push(() => REORGANIZED, () => REORGANIZED);
  expect(await ask(operation())).toEqual(atBlock(1));
  endpoint.incidents.push(() => REORGANIZED, () => REORGANIZED, () => REORGANIZED);
  const answer = await ask(operation());
  expect([answer.data, codes(answer)]).toEqual([{ aid_accounts: null }, ['CHAIN_UPSTREAM']]);
  expect(endpoint.hits).toHaveLength(6);
});

it('brings fetches together that were on their way when a block came', async () => {
  const scope = operation();
  const [arrived, leave] = [gate(), gate()];
  // The first is answered at block 1 and the answer held back; the second is answered at block 2 meanwhile.
  endpoint.incidents.push(async () => {
    arrived.open();
    await leave.passed;
    return { data: { f0_0: [{ balance: '1' }], _meta: { block: blockNow(1), hasIndexingErrors: false } } };
  });
  const first = ask(scope);
  await arrived.passed;
  endpoint.mine();
  const second = await ask(scope);
  leave.open();
  expect([await first, second]).toEqual([atBlock(2), atBlock(2)]);
  expect(endpoint.hits).toHaveLength(3);
});

it('says that it is stale, or fails, when the index is too far behind', async () => {
  endpoint.content.blocks = [{ number: 1, hash: '0xold', timestamp: Math.floor(Date.now() / 1000) - 3600 }];
  const [warned, failed] = [operation(), operation()];
  expect(await ask(warned)).toEqual(atBlock(1));
  expect(freshness(warned)).toMatchObject({ stale: true, lagUnit: 'seconds' });
  expect(freshness(warned)?.lag).toBeGreaterThanOrEqual(3600);
  const answer = await ask(failed, undefined, sourceOf(endpoint, deps, { onStale: 'fail' }));
  expect([answer.data, codes(answer)]).toEqual([{ aid_accounts: null }, ['CHAIN_STALE']]);
  expect(freshness(failed)).toMatchObject({ stale: true });
});

it('measures in blocks when the index node tells the head of the chain', async () => {
  const status = await startFakeEndpoint();
  const chains = [{ chainHeadBlock: { number: '100' } }];
  status.incidents.push(() => ({ data: { indexingStatusForCurrentVersion: { chains } } }));
  const scope = operation();
  const counting = sourceOf(endpoint, deps, { status: { url: status.url, subgraphName: 'aid' } });
  await ask(scope, undefined, counting);
  expect(freshness(scope)).toMatchObject({ lag: 99, lagUnit: 'blocks', stale: true });
  await ask(operation(), undefined, counting);
  expect(status.hits.map(({ variables }) => variables)).toEqual([{ name: 'aid' }]);
  await status.stop();
});

it('answers all the same when the head cannot be known', async () => {
  const scope = operation();
  expect(await ask(scope, undefined, sourceOf(endpoint, deps, { status: { url: 'http://127.0.0.1:1', subgraphName: 'aid' }, onStale: 'fail' }))).toEqual(atBlock(1));
  expect(freshness(scope)).toMatchObject({ lag: null, lagUnit: 'blocks', stale: false });
});

it('asks again after a broken connection, and tells what became of each request', async () => {
  endpoint.incidents.push(() => 'cut');
  expect(await ask(operation())).toEqual(atBlock(1));
  endpoint.incidents.push(() => ({ nonsense: true }));
  expect(codes(await ask(operation()))).toEqual(['CHAIN_UPSTREAM']);
  await endpoint.stop();
  expect(codes(await ask(operation()))).toEqual(['CHAIN_UPSTREAM']);
  expect(deps.outcomes).toEqual(['ok', 'bad-answer', 'unreachable']);
});

it('tells a public endpoint nothing of ours, and does not speak to another process in the place of our own', async () => {
  await ask(operation());
  expect(Object.keys(endpoint.hits[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['x-rahat-principal']));
  expect(endpoint.hits[0]?.headers).not.toHaveProperty('traceparent');
  expect(codes(await ask(operation(), undefined, sourceOf(endpoint, deps, { tls: 'internal' })))).toEqual(['CHAIN_UPSTREAM']);
  expect(endpoint.hits).toHaveLength(1);
});

it('tells our own chain process who asks, and has it prove who it is', async () => {
  const fake = createFakeTransport({ 'https://chain.test': { status: 200, text: '{"data":{"f0_0":[],"_meta":null}}' } });
  const internal = sourceOf({ url: 'https://chain.test/graphs/aid' }, fakeDeps(fake, new Map()), { tls: 'internal' });
  expect(await ask(operation(), undefined, internal)).toEqual({ data: { aid_accounts: [] } });
  expect(fake.sent[0]?.request).toMatchObject({ url: 'https://chain.test/graphs/aid', identity: 'spiffe://rahat/chain', headers: { 'x-rahat-principal': 'u1>chain', 'x-request-id': 'r1' } });
});

it('answers references of other subgraphs to its own entities, by id', async () => {
  const representations = [{ __typename: 'Aid_Account', id: '0xa' }, { __typename: 'Aid_Account', id: '0xunknown' }];
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Aid_Account { __typename balance } } }';
  expect(await source.process(fetchOf(query, { r: representations }, operation()))).toEqual({ data: { _entities: [{ __typename: 'Aid_Account', balance: '1' }, null] } });
});

it('asks nothing when no host holds an id', async () => {
  const representations = [{ __typename: 'Person', id: 'p1', walletAddress: null }];
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Person { wallet { id } received { id } sent { id } } } }';
  expect(await source.process(fetchOf(query, { r: representations }, operation()))).toEqual({ data: { _entities: [{ __typename: 'Person', wallet: null, received: [], sent: [] }] } });
  expect(endpoint.hits).toHaveLength(0);
});

it('puts together what several fragments ask of one join', async () => {
  const representations = [{ __typename: 'Person', id: 'p1', walletAddress: '0xA' }];
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Person { wallet { id } } ... on Person { wallet { balance } } } }';
  const answer = await source.process(fetchOf(query, { r: representations }, operation()));
  expect(answer).toEqual({ data: { _entities: [{ __typename: 'Person', wallet: { id: '0xa', balance: '1' } }] } });
});

it('does not mention a variable that has no value, because endpoints differ in what they make of it', async () => {
  await ask(operation(), 'query ($min: BigInt, $first: Int) { aid_transfers(first: $first, where: { amount_gt: $min }) { id } }');
  expect(endpoint.hits[0]?.query).toContain('f0_0: transfers(where: {})');
  expect(endpoint.hits[0]?.query).not.toContain('$');
});
