import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, printType, type GraphQLSchema } from 'graphql';
import { federate, linkSchema, type Link } from '.';

const endpoint = `
directive @entity on OBJECT
scalar BigInt
scalar Bytes
enum OrderDirection { asc desc }
enum Account_orderBy { id balance }
enum Transfer_orderBy { id }
input Account_filter { id: Bytes id_in: [Bytes!] balance_gt: BigInt }
input Transfer_filter { id_in: [ID!] from: String and: [Transfer_filter] }
input Block_height { hash: Bytes number: Int }
"Who holds tokens."
type Account @entity { id: Bytes! "In the smallest unit." balance: BigInt! received(skip: Int = 0, first: Int = 100, where: Transfer_filter): [Transfer!]! }
type Transfer @entity { id: ID! from: Account! }
type _Block_ { number: Int! }
type _Meta_ { block: _Block_! }
type _Log_ { text: String }
type Query {
  account(id: ID!, block: Block_height): Account
  accounts(skip: Int = 0, first: Int = 100, orderBy: Account_orderBy, orderDirection: OrderDirection, where: Account_filter, block: Block_height): [Account!]!
  transfers(first: Int = 100, where: Transfer_filter, block: Block_height): [Transfer!]!
  _meta(block: Block_height): _Meta_
  _logs(first: Int = 100): [_Log_!]!
}
type Subscription { account(id: ID!): Account }`;

const wallet = linkSchema.parse({ on: 'Person', requires: 'walletAddress', field: 'wallet', entity: 'Account', description: 'On chain.' });
const received = linkSchema.parse({ on: 'Person', requires: 'walletAddress', field: 'received', entity: 'Account', via: 'received' });

function subgraph(links: Link[] = []): GraphQLSchema {
  return buildSubgraphSchema({ typeDefs: parse(federate({ prefix: 'Aid', links }, endpoint).sdl) });
}
/** Composes in the thread of core, which alone may use the composition library. */
async function compose(subgraphs: { name: string; url: string; sdl: string }[]): Promise<unknown> {
  const thread = new Worker(join(__dirname, '../../dist/subgraphs/core/compose.worker.js'));
  thread.postMessage({ id: 1, subgraphs });
  const [{ result }] = (await once(thread, 'message')) as [{ result: unknown }];
  await thread.terminate();
  return result;
}
const printed = (schema: GraphQLSchema, name: string): string => {
  const type = schema.getType(name);
  return type ? printType(type) : '(none)';
};

test('types get the prefix, graph-node’s scalars keep their names, descriptions stay', () => {
  const schema = subgraph();
  expect(printed(schema, 'Aid_Account')).toBe(`"""Who holds tokens."""
type Aid_Account {
  id: Bytes!

  """In the smallest unit."""
  balance: BigInt!
  received(skip: Int = 0, first: Int = 100, where: Aid_Transfer_filter): [Aid_Transfer!]!
}`);
  expect(printed(schema, 'Aid_Meta')).toContain('block: Aid_Block!');
});

test('root fields get the prefix and are nullable, so that trouble with the chain nulls nothing else', () => {
  const query = printed(subgraph(), 'Query');
  expect(query).toContain('aid_accounts(skip: Int = 0, first: Int = 100, orderBy: Aid_Account_orderBy, orderDirection: Aid_OrderDirection, where: Aid_Account_filter, block: Aid_Block_height): [Aid_Account!]\n');
  expect(query).toContain('aid_meta(block: Aid_Block_height): Aid_Meta');
});

test('logs and subscriptions of the indexer are no part of the supergraph', () => {
  const { sdl } = federate({ prefix: 'Aid', links: [] }, endpoint);
  expect(sdl).not.toMatch(/_logs|Aid_Log|Subscription|@entity/);
});

test('every entity is keyed by its id', () => {
  const { sdl, entities } = federate({ prefix: 'Aid', links: [] }, endpoint);
  expect(sdl).toContain('type Aid_Account @key(fields: "id")');
  expect(sdl).toContain('type Aid_Transfer @key(fields: "id")');
  expect(sdl).toContain('type Aid_Meta {');
  expect(Object.fromEntries(entities)).toMatchObject({ Account: { list: 'accounts', idsType: '[Bytes!]' }, Transfer: { list: 'transfers', idsType: '[ID!]' } });
});

test('a link adds an entity, or a list that it derives, to a type of another subgraph', () => {
  const { sdl } = federate({ prefix: 'Aid', links: [wallet, received] }, endpoint);
  expect(sdl).toContain(`type Person @key(fields: "id") {
  id: ID!
  walletAddress: String @external
  "On chain."
  wallet: Aid_Account @requires(fields: "walletAddress")
  received(skip: Int = 0, first: Int = 100, where: Aid_Transfer_filter): [Aid_Transfer!] @requires(fields: "walletAddress")
}`);
  expect(subgraph([wallet, received]).getType('Person')).toBeDefined();
});

test('a link by a field adds the list of what refers to an id, with everything but the block', () => {
  const { sdl } = federate({ prefix: 'Aid', links: [{ on: 'Person', requires: 'walletAddress', field: 'sent', entity: 'Transfer', by: 'from', kind: 'by' }] }, endpoint);
  expect(sdl).toContain('sent(first: Int = 100, where: Aid_Transfer_filter): [Aid_Transfer!] @requires(fields: "walletAddress")');
});

test('a link is of one kind, and of the one that it says', () => {
  expect(linkSchema.safeParse({ ...wallet, via: 'received', by: 'id' }).success).toBe(false);
  expect(linkSchema.safeParse({ ...wallet, kind: 'one' }).success).toBe(true);
  expect(linkSchema.safeParse({ ...wallet, kind: 'via' }).success).toBe(false);
});

test('it composes with the subgraph whose type it extends', async () => {
  const person = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { people: [Person!]! } type Person @key(fields: "id") { id: ID! walletAddress: String }`;
  const result = await compose([
    { name: 'core', url: 'http://core', sdl: person },
    { name: 'aid', url: 'http://aid', sdl: federate({ prefix: 'Aid', links: [wallet, received] }, endpoint).sdl },
  ]);
  expect(result).toMatchObject({ ok: true });
});

test('a link to what the endpoint does not have is refused by name', () => {
  expect(() => federate({ prefix: 'Aid', links: [{ ...wallet, entity: 'Purse' }] }, endpoint)).toThrow('Person.wallet names Purse');
  expect(() => federate({ prefix: 'Aid', links: [{ ...wallet, via: 'sent' }] }, endpoint)).toThrow('goes via Account.sent');
  expect(() => federate({ prefix: 'Aid', links: [{ ...wallet, by: 'balance' }] }, endpoint)).toThrow('goes by Account.balance');
});

test('names are translated back', () => {
  const graph = federate({ prefix: 'Aid', links: [wallet] }, endpoint);
  expect([graph.endpointRoot('aid_accounts'), graph.endpointRoot('aid_meta'), graph.endpointRoot('aid_logs')]).toEqual(['accounts', '_meta', undefined]);
  expect([graph.endpointType('Aid_Account'), graph.endpointType('Aid_Meta'), graph.endpointType('Person'), graph.endpointType('BigInt')]).toEqual(['Account', '_Meta_', undefined, undefined]);
  expect(graph.federatedType('_Meta_')).toBe('Aid_Meta');
  expect(graph.links.get('Person')?.get('wallet')).toEqual(wallet);
});
