import DataLoader from 'dataloader';
import { GraphQLObjectType, buildSchema, graphql, isObjectType, type ExecutionResult, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Pool } from '#kernel/db';
import type { EntityData, EntityField, EntityType, Graph } from '../indexing';
import { apiSdl, rootNames } from './api-sdl';
import { chooseBlock, readHead, type BlockHeight, type ChosenBlock, type GraphHead } from './block-choice';
import { readByIds, readDerived, readList, type EntityView, type ListArguments } from './entity-reads';
import { indexingError } from './query-errors';
import { inSnapshot, type Snapshot } from './snapshot';

/** Answers GraphQL requests about one graph as graph-node does: one request is one block, one error withholds everything. */
export type GraphApi = (request: { query: string; variables?: Record<string, unknown> | null; operationName?: string | null }) => Promise<ExecutionResult>;

/** One request. */
interface Reading {
  snapshot: Snapshot;
  head: Promise<GraphHead>;
  loaders: Map<string, DataLoader<string, unknown>>;
}

/** An entity in an answer: its data, and the block at which whatever hangs on it is read too (null: the newest that is indexed). */
interface Node {
  data: EntityData;
  block: number | null;
}

type RootArguments = ListArguments & { id?: string; block?: BlockHeight | null; subgraphError?: 'allow' | 'deny' };

export function createGraphApi(pool: Pool, graph: Pick<Graph, 'name' | 'model'>): GraphApi {
  const schema = executable(graph);
  return ({ query, variables, operationName }) =>
    inSnapshot(pool, async (snapshot) => {
      const head = readHead(snapshot, graph.name);
      head.catch(() => undefined); // whoever asks for it hears of it
      const contextValue: Reading = { snapshot, head, loaders: new Map() };
      const { data, errors } = await graphql({ schema, source: query, variableValues: variables ?? {}, operationName: operationName ?? undefined, contextValue });
      return errors?.length ? { errors } : { data };
    });
}

function executable(graph: Pick<Graph, 'name' | 'model'>): GraphQLSchema {
  const schema = buildSchema(apiSdl(graph.model));
  const query = schema.getQueryType();
  for (const type of graph.model.values()) {
    const names = rootNames(type.name);
    setResolver(query, names.one, oneResolver(graph.name, type));
    setResolver(query, names.many, manyResolver(graph.name, type));
    const object = schema.getType(type.name);
    for (const field of type.fields.values()) setResolver(isObjectType(object) ? object : null, field.name, fieldResolver(graph, field));
  }
  setResolver(query, '_meta', metaResolver(graph.name));
  return schema;
}

function setResolver<S, A>(type: GraphQLObjectType | null | undefined, name: string, resolve: GraphQLFieldResolver<S, Reading, A>): void {
  const field = type?.getFields()[name];
  if (field) field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>;
}

async function blockFor({ snapshot, head }: Reading, graph: string, { block, subgraphError }: RootArguments): Promise<ChosenBlock> {
  const indexed = await head;
  if (indexed.failure !== null && subgraphError !== 'allow') throw indexingError();
  return chooseBlock(snapshot, graph, indexed, block);
}

/** The block at which rows are read: in the snapshot nothing is newer than the head, so what is current there is what is at the head. */
async function rowsAt(reading: Reading, graph: string, args: RootArguments): Promise<number | null> {
  const { number } = await blockFor(reading, graph, args);
  return number === (await reading.head).number ? null : number;
}

function oneResolver(graph: string, type: EntityType): GraphQLFieldResolver<unknown, Reading, RootArguments> {
  return async (_source, args, reading) => {
    const block = await rowsAt(reading, graph, args);
    const data = await entityLoader(reading, { snapshot: reading.snapshot, graph, type, blockNumber: block }).load(args.id ?? '');
    return data && ({ data, block } satisfies Node);
  };
}

function manyResolver(graph: string, type: EntityType): GraphQLFieldResolver<unknown, Reading, RootArguments> {
  return async (_source, args, reading) => {
    const block = await rowsAt(reading, graph, args);
    const rows = await readList({ snapshot: reading.snapshot, graph, type, blockNumber: block }, args);
    return rows.map((data): Node => ({ data, block }));
  };
}

function metaResolver(graph: string): GraphQLFieldResolver<unknown, Reading, RootArguments> {
  return async (_source, args, reading) => {
    const block = await blockFor(reading, graph, { ...args, subgraphError: 'allow' });
    const { deployment, failure } = await reading.head;
    return { block, deployment, hasIndexingErrors: failure !== null };
  };
}

function fieldResolver(graph: Pick<Graph, 'name' | 'model'>, field: EntityField): GraphQLFieldResolver<Node, Reading, ListArguments> {
  if (field.kind === 'scalar') return ({ data }) => data[field.name] ?? null;
  const target = graph.model.get(field.entity);
  if (!target) throw new Error(`There is no entity ${field.entity}.`);
  const viewAt = (reading: Reading, blockNumber: number | null): EntityView => ({ snapshot: reading.snapshot, graph: graph.name, type: target, blockNumber });
  if (field.kind === 'reference') {
    return async ({ data, block }, _args, reading) => {
      const found = data[field.name] === null ? null : await entityLoader(reading, viewAt(reading, block)).load(String(data[field.name]));
      return found && ({ data: found, block } satisfies Node);
    };
  }
  return async ({ data, block }, args, reading) => {
    const rows = await derivedLoader(reading, viewAt(reading, block), field.via, args).load(String(data.id));
    return rows.map((row): Node => ({ data: row, block }));
  };
}

// Entities that are asked for in the same moment are read together.
function entityLoader(reading: Reading, view: EntityView): DataLoader<string, EntityData | null> {
  return loader(reading, `${view.type.name} ${view.blockNumber}`, async (ids) => {
    const found = await readByIds(view, ids);
    return ids.map((id) => found.get(id) ?? null);
  });
}

// So are the lists of many parents, if their arguments are the same.
function derivedLoader(reading: Reading, view: EntityView, via: string, args: ListArguments): DataLoader<string, EntityData[]> {
  return loader(reading, JSON.stringify([view.type.name, via, view.blockNumber, args]), async (parents) => {
    const lists = await readDerived(view, via, parents, args);
    return parents.map((id) => lists.get(id) ?? []);
  });
}

function loader<T>({ loaders }: Reading, key: string, read: (ids: readonly string[]) => Promise<T[]>): DataLoader<string, T> {
  const known = loaders.get(key) ?? new DataLoader<string, unknown>(read);
  loaders.set(key, known);
  return known as DataLoader<string, T>;
}
