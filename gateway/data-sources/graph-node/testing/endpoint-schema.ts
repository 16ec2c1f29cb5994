import { buildSchema, GraphQLError, type GraphQLSchema } from 'graphql';

/** The API that graph-node would make for a graph of accounts and transfers, as far as these tests need it. */
export const endpointSdl = `
scalar BigInt
scalar Bytes
enum OrderDirection { asc desc }
enum Transfer_orderBy { id amount }
enum _SubgraphErrorPolicy_ { allow deny }
input Block_height { hash: Bytes number: Int number_gte: Int }
input Account_filter { id: Bytes id_in: [Bytes!] and: [Account_filter] }
input Transfer_filter { id: ID id_in: [ID!] from: String amount_gt: BigInt and: [Transfer_filter] }
type Account { id: Bytes! balance: BigInt! received(skip: Int = 0, first: Int = 100, orderBy: Transfer_orderBy, orderDirection: OrderDirection, where: Transfer_filter): [Transfer!]! }
type Transfer { id: ID! from: Account! to: Account! amount: BigInt! }
type _Block_ { hash: Bytes number: Int! timestamp: Int }
type _Meta_ { block: _Block_! deployment: String! hasIndexingErrors: Boolean! }
type Query {
  account(id: ID!, block: Block_height, subgraphError: _SubgraphErrorPolicy_! = deny): Account
  accounts(skip: Int = 0, first: Int = 100, where: Account_filter, block: Block_height, subgraphError: _SubgraphErrorPolicy_! = deny): [Account!]!
  transfer(id: ID!, block: Block_height, subgraphError: _SubgraphErrorPolicy_! = deny): Transfer
  transfers(skip: Int = 0, first: Int = 100, orderBy: Transfer_orderBy, orderDirection: OrderDirection, where: Transfer_filter, block: Block_height, subgraphError: _SubgraphErrorPolicy_! = deny): [Transfer!]!
  _meta(block: Block_height): _Meta_
}
`;

export const endpointSchema: GraphQLSchema = buildSchema(endpointSdl);

/** A block as the fake index has it; the balance of every account is the number of the block at which it is read. */
export interface FakeBlock {
  number: number;
  hash: string;
  timestamp: number;
}

export interface FakeTransfer {
  id: string;
  from: string;
  to: string;
  amount: number;
}

interface Filter {
  id?: string;
  id_in?: string[];
  from?: string;
  amount_gt?: number;
  and?: Filter[];
}
interface ListArguments {
  first: number;
  where?: Filter;
  orderBy?: 'id' | 'amount';
  orderDirection?: 'asc' | 'desc';
  block?: { hash?: string; number?: number; number_gte?: number };
}

/** What stands in the fake index. */
export interface IndexContent {
  /** Newest last. A reorganisation replaces some. */
  blocks: FakeBlock[];
  accounts: string[];
  transfers: FakeTransfer[];
  hasIndexingErrors: boolean;
}

/** Resolvers of the roots over this content. */
export function rootValueOf(content: IndexContent): Record<string, unknown> {
  const account = (id: string, block: FakeBlock) => ({ id, balance: String(block.number), received: (args: ListArguments) => select(content.transfers.filter(({ to }) => to === id), args).map((row) => transfer(row, block)) });
  const transfer = (row: FakeTransfer, block: FakeBlock): object => ({ id: row.id, amount: String(row.amount), from: () => account(row.from, block), to: () => account(row.to, block) });
  const accounts = (args: ListArguments) => select(content.accounts.map((id) => ({ id, from: '', to: '', amount: 0 })), args).map(({ id }) => account(id, blockOf(content, args)));
  const transfers = (args: ListArguments) => select(content.transfers, args).map((row) => transfer(row, blockOf(content, args)));
  return {
    accounts,
    account: (args: ListArguments & { id: string }) => accounts({ first: 1, block: args.block, where: { id: args.id } })[0],
    transfers,
    transfer: (args: ListArguments & { id: string }) => transfers({ first: 1, block: args.block, where: { id: args.id } })[0],
    _meta: (args: ListArguments) => ({ block: blockOf(content, args), deployment: 'Qm', hasIndexingErrors: content.hasIndexingErrors }),
  };
}

function blockOf({ blocks }: IndexContent, { block }: ListArguments): FakeBlock {
  const latest = blocks[blocks.length - 1];
  if (!latest) throw new GraphQLError('Store error: no blocks');
  if (block?.number_gte !== undefined && block.number_gte > latest.number) {
    throw new GraphQLError(`Failed to decode \`block.number_gte\` value: \`subgraph Qm has only indexed up to block number ${latest.number} and data for block number ${block.number_gte} is therefore not yet available\``);
  }
  if (block?.hash === undefined && block?.number === undefined) return latest;
  const found = blocks.find(({ hash, number }) => hash === block.hash || number === block.number);
  if (!found) throw new GraphQLError('Failed to decode `block.hash` value: `no block with that hash found`');
  return found;
}

function select(rows: FakeTransfer[], { first, where, orderBy = 'id', orderDirection = 'asc' }: ListArguments): FakeTransfer[] {
  if (first < 1 || first > 1000) throw new GraphQLError(`The value of the \`first\` argument must be between 0 and 1000, but is ${first}`);
  refuseBadNumbers(where);
  const sorted = rows.filter((row) => fits(row, where)).sort((a, b) => (a[orderBy] < b[orderBy] ? -1 : 1));
  return (orderDirection === 'asc' ? sorted : sorted.reverse()).slice(0, first);
}

function refuseBadNumbers(where: Filter = {}): void {
  if (Number.isNaN(Number(where.amount_gt ?? 0))) throw new GraphQLError('Failed to decode `BigInt` value: `invalid digit found in string`');
  where.and?.forEach(refuseBadNumbers);
}

function fits(row: FakeTransfer, where: Filter = {}): boolean {
  if (where.id !== undefined && where.id !== row.id) return false;
  if (where.id_in && !where.id_in.includes(row.id)) return false;
  if (where.from !== undefined && where.from !== row.from) return false;
  if (where.amount_gt !== undefined && !(row.amount > Number(where.amount_gt))) return false;
  return (where.and ?? []).every((part) => fits(row, part));
}
