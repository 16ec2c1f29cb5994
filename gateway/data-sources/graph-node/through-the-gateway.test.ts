import type { Transport } from '../../transport';
import type { DataSourceDeps } from '../data-source';
import { createAidWorld, depsOver, realTransport, type AidWorld, type FakePerson } from './testing/aid-world';
import { startFakeEndpoint, type FakeEndpoint } from './testing/fake-endpoint';

// A client's operation through planner, executor, this data source, and HTTP to an endpoint that behaves as graph-node does.

const address = (n: number): string => `0x${n.toString(16).padStart(40, '0')}`;
const person = (n: number, walletAddress: string | null = address(n)): FakePerson => ({ id: `p${n}`, name: `Person ${n}`, walletAddress });
const ANN = '0xABCDEF0000000000000000000000000000000001';
const ann = ANN.toLowerCase();

let transport: Transport;
let deps: DataSourceDeps;
let endpoint: FakeEndpoint;
let world: AidWorld;

beforeAll(async () => {
  transport = realTransport();
  deps = depsOver(transport);
  endpoint = await startFakeEndpoint();
  world = await createAidWorld(endpoint, deps);
});
beforeEach(() => {
  endpoint.hits.length = 0;
  endpoint.incidents.length = 0;
  endpoint.content.hasIndexingErrors = false;
  endpoint.content.accounts = [ann, address(2)];
  endpoint.content.transfers = [
    { id: 't1', from: address(2), to: ann, amount: 10 },
    { id: 't2', from: address(2), to: ann, amount: 20 },
    { id: 't3', from: ann, to: address(2), amount: 5 },
  ];
  world.people = [person(1, ANN), person(2), person(3), person(4, null)];
  world.beforeCore = async () => undefined;
});
afterAll(async () => {
  await world.stop();
  await endpoint.stop();
  await transport.close();
});

it('joins one entity, a derived list and a list by a field, in one request', async () => {
  const { data, errors } = await world.ask('{ people { name wallet { id balance } received { id } sent(where: { amount_gt: "7" }) { id } } }');
  expect(errors).toBeUndefined();
  expect(data?.people).toEqual([
    { name: 'Person 1', wallet: { id: ann, balance: '1' }, received: [{ id: 't1' }, { id: 't2' }], sent: [] },
    { name: 'Person 2', wallet: { id: address(2), balance: '1' }, received: [{ id: 't3' }], sent: [{ id: 't1' }, { id: 't2' }] },
    { name: 'Person 3', wallet: null, received: [], sent: [] },
    { name: 'Person 4', wallet: null, received: [], sent: [] },
  ]);
  expect(endpoint.hits).toHaveLength(1);
});

it('reads two thousand entities in one request', async () => {
  world.people = Array.from({ length: 2000 }, (_, n) => person(n + 1));
  endpoint.content.accounts = world.people.slice(1).map(({ walletAddress }) => String(walletAddress));
  const { data, errors } = await world.ask('{ people { wallet { id } received(first: 3) { id } } }');
  expect(errors).toBeUndefined();
  expect((data?.people as { wallet: object | null }[]).map(({ wallet }) => wallet)).toEqual([null, ...endpoint.content.accounts.map((id) => ({ id }))]);
  expect(endpoint.hits).toHaveLength(1);
});

it('knows aliases, also of type names, and gives types the names of the supergraph', async () => {
  const { data } = await world.ask('{ everyone: people { purse: wallet { kind: __typename number: id received { __typename from { what: __typename } } } } aid_meta { __typename now: block { t: __typename n: number } } }');
  const received = { __typename: 'Aid_Transfer', from: { what: 'Aid_Account' } };
  expect(data?.everyone).toEqual([{ purse: { kind: 'Aid_Account', number: ann, received: [received, received] } }, { purse: { kind: 'Aid_Account', number: address(2), received: [received] } }, { purse: null }, { purse: null }]);
  expect(data?.aid_meta).toEqual({ __typename: 'Aid_Meta', now: { t: 'Aid_Block', n: 1 } });
});

it('passes variables on, typed and defaulted, and leaves out those that have no value', async () => {
  const query = `query ($first: Int = 2, $order: Aid_Transfer_orderBy, $direction: Aid_OrderDirection, $where: Aid_Transfer_filter, $min: BigInt, $with: Boolean!) {
    aid_transfers(first: $first, orderBy: $order, orderDirection: $direction, where: $where) { id amount @include(if: $with) }
    few: aid_transfers(where: { and: [{ amount_gt: $min }] }) { id }
    people { sent(where: $where) { id } }
    aid_account(id: "none") @include(if: $with) { id }
  }`;
  const all = await world.ask(query, { with: true });
  expect([all.errors, all.data?.aid_transfers, all.data?.few, all.data?.aid_account]).toEqual([undefined, [{ id: 't1', amount: '10' }, { id: 't2', amount: '20' }], [{ id: 't1' }, { id: 't2' }, { id: 't3' }], null]);
  const some = await world.ask(query, { with: false, first: 1, order: 'amount', direction: 'desc', where: { amount_gt: '9' }, min: '10' });
  expect([some.errors, some.data]).toEqual([undefined, { aid_transfers: [{ id: 't2' }], few: [{ id: 't2' }], people: [{ sent: [] }, { sent: [{ id: 't1' }, { id: 't2' }] }, { sent: [] }, { sent: [] }] }]);
});

it('knows fragments', async () => {
  const { data, errors } = await world.ask(`{ people { ...Money } aid_accounts { ...Account } }
    fragment Money on Person { wallet { ...Account } received { ...Transfer } } fragment Account on Aid_Account { id ... on Aid_Account { balance } } fragment Transfer on Aid_Transfer { from { ...Account } }`);
  expect(errors).toBeUndefined();
  const account = (id: string) => ({ id, balance: '1' });
  expect(data?.aid_accounts).toEqual([account(address(2)), account(ann)]);
  expect((data?.people as object[])[1]).toEqual({ wallet: account(address(2)), received: [{ from: account(ann) }] });
});

it('tells how fresh the data is', async () => {
  const { extensions } = await world.ask('{ people { wallet { id } } }');
  expect(extensions?.chain).toEqual({
    aid: { number: 1, hash: '0xb1', timestamp: endpoint.content.blocks[0]?.timestamp, lag: expect.any(Number), lagUnit: 'seconds', stale: false, hasIndexingErrors: false },
  });
  expect((await world.ask('{ people { id } }')).extensions).toBeUndefined();
});

it('reads a later fetch at the block of the first', async () => {
  world.beforeCore = async () => {
    while (endpoint.hits.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 50)); // the answer must have arrived before core's
    endpoint.mine();
  };
  const { data } = await world.ask('{ aid_meta { block { number } } people { wallet { balance } } }');
  const [first] = endpoint.content.blocks;
  endpoint.content.blocks = first ? [first] : [];
  expect(data).toMatchObject({ aid_meta: { block: { number: 1 } }, people: [{ wallet: { balance: '1' } }, { wallet: { balance: '1' } }, { wallet: null }, { wallet: null }] });
  expect(endpoint.hits).toHaveLength(2);
  expect(endpoint.hits[1]?.query).toContain('block: {hash: "0xb1"}');
});

it('nulls the fields of the chain, and no others, when the endpoint does not answer', async () => {
  endpoint.incidents.push(() => 'cut', () => 'cut', () => 'cut');
  const { data, errors } = await world.ask('{ people { name wallet { id } } aid_accounts { id } }');
  expect(data).toEqual({ people: [1, 2, 3, 4].map((n) => ({ name: `Person ${n}`, wallet: null })), aid_accounts: null });
  expect(errors?.map(({ path, extensions }) => [path, extensions?.code, extensions?.chain])).toEqual(expect.arrayContaining([[['people', 0, 'wallet'], 'CHAIN_UPSTREAM', 'aid'], [['aid_accounts'], 'CHAIN_UPSTREAM', 'aid']]));
});

it('refuses a page that is too large before it is sent, and answers the rest', async () => {
  const { data, errors } = await world.ask('query ($n: Int) { people { name received(first: $n) { id } wallet { id } } aid_accounts(first: 0) { id } back: aid_accounts(skip: -1) { id } aid_transfers(first: 1) { id } }', { n: 1001 });
  expect(data).toMatchObject({ people: [{ name: 'Person 1', received: null, wallet: { id: ann } }, {}, {}, {}], aid_accounts: null, back: null, aid_transfers: [{ id: 't1' }] });
  expect(errors?.map(({ message, extensions }) => [message, extensions?.code, extensions?.field])).toEqual(expect.arrayContaining([['first: must be between 1 and 1000', 'BAD_USER_INPUT', 'first']]));
  expect(endpoint.hits.map(({ query }) => query).join()).not.toMatch(/first: (0|\$f\d+_n)/);
});

it('lets one bad field not take the others with it', async () => {
  const { data, errors } = await world.ask('{ people { name wallet { id } sent(where: { amount_gt: "many" }) { id } } }');
  expect(data).toMatchObject({ people: [{ name: 'Person 1', wallet: { id: ann }, sent: null }, { wallet: { id: address(2) } }, {}, {}] });
  expect(errors).toMatchObject([{ message: 'Failed to decode `BigInt` value: `invalid digit found in string`', path: ['people', 0, 'sent'], extensions: { code: 'BAD_USER_INPUT' } }]);
});

it('withholds data of an index that has stopped on an error, unless it is asked for all the same', async () => {
  endpoint.content.hasIndexingErrors = true;
  const denied = await world.ask('{ people { name wallet { id } } }');
  expect(denied).toMatchObject({ data: { people: [{ name: 'Person 1', wallet: null }, {}, {}, {}] }, errors: [{ extensions: { code: 'CHAIN_INDEXING_ERROR' } }], extensions: { chain: { aid: { hasIndexingErrors: true } } } });
  const allowed = await world.ask('{ aid_accounts(subgraphError: allow) { id } }');
  expect([allowed.errors, allowed.data]).toEqual([undefined, { aid_accounts: [{ id: address(2) }, { id: ann }] }]);
});

it('does not wait for a block that is not indexed yet', async () => {
  const { data, errors } = await world.ask('{ people { wallet { id } } aid_accounts(block: { number_gte: 99 }) { id } }');
  expect(data).toMatchObject({ people: [{ wallet: { id: ann } }, {}, {}, {}], aid_accounts: null });
  expect(errors).toMatchObject([{ path: ['aid_accounts'], extensions: { code: 'CHAIN_NOT_YET_INDEXED' } }]);
});
