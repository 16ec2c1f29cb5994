import { invariant } from '#kernel/errors';
import type { EntityData, EntityType } from '../indexing';
import { outOfRange } from './query-errors';
import type { Snapshot } from './snapshot';
import { columnSql, whereSql, type Bind, type Where } from './where-sql';

/** Arguments of a list of entities. */
export interface ListArguments {
  skip?: number | null;
  first?: number | null;
  orderBy?: string | null;
  orderDirection?: 'asc' | 'desc' | null;
  where?: Where | null;
}

/** Entities of one type at one block. */
export interface EntityView {
  snapshot: Snapshot;
  graph: string;
  type: EntityType;
  /** Null: the newest that is indexed. */
  blockNumber: number | null;
}

const MAX_FIRST = 1000;
const MAX_SKIP = 2_147_483_647;

/** Entities by id; those that do not exist at that block are left out. */
export async function readByIds(view: EntityView, ids: readonly string[]): Promise<Map<string, EntityData>> {
  const { bind, values } = binder();
  const rows = await view.snapshot.query<{ id: string; data: EntityData }>(`SELECT e.id, e.data FROM entity_version e WHERE ${visible(view, bind)} AND e.id = ANY(${bind(ids)}::text[])`, values);
  return new Map(rows.map(({ id, data }) => [id, data]));
}

/** One page of entities. */
export async function readList(view: EntityView, args: ListArguments): Promise<EntityData[]> {
  const { bind, values } = binder();
  const sql = `SELECT e.data FROM entity_version e WHERE ${visible(view, bind)} AND ${whereSql(view.type, args.where ?? {}, bind)} ${pageSql(view.type, args, bind)}`;
  return (await view.snapshot.query<{ data: EntityData }>(sql, values)).map(({ data }) => data);
}

/**
 * For each parent, one page of the entities whose field `via` refers to it. `view` is that of the entities in the lists.
 * Each reference has an index (prisma/chain/migrations): without one, every parent would search the entities of all the others.
 */
export async function readDerived(view: EntityView, via: string, parents: readonly string[], args: ListArguments): Promise<Map<string, EntityData[]>> {
  const { bind, values } = binder();
  const reference = view.type.fields.get(via);
  invariant(reference, `${view.type.name} has no field ${via}`);
  const refers = `${columnSql(reference)} = p.id`;
  const page = `SELECT e.data, row_number() OVER (ORDER BY ${orderSql(view.type, args)}) AS place FROM entity_version e
    WHERE ${visible(view, bind)} AND ${refers} AND ${whereSql(view.type, args.where ?? {}, bind)} ${pageSql(view.type, args, bind)}`;
  const sql = `SELECT p.id AS parent, c.data FROM unnest(${bind(parents)}::text[]) AS p(id) CROSS JOIN LATERAL (${page}) c ORDER BY p.id, c.place`;
  const lists = new Map<string, EntityData[]>(parents.map((id) => [id, []]));
  for (const { parent, data } of await view.snapshot.query<{ parent: string; data: EntityData }>(sql, values)) lists.get(parent)?.push(data);
  return lists;
}

function binder(): { bind: Bind; values: unknown[] } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

function visible({ graph, type, blockNumber }: EntityView, bind: Bind): string {
  const entity = `e.graph = ${bind(graph)} AND e.entity = ${bind(type.name)}`;
  // What is current has an index of its own: however long the history of an entity, reading its newest version costs the same.
  if (blockNumber === null) return `${entity} AND e.block_to IS NULL`;
  const block = bind(blockNumber);
  return `${entity} AND e.block_from <= ${block}::bigint AND (e.block_to IS NULL OR e.block_to > ${block}::bigint)`;
}

function pageSql(type: EntityType, args: ListArguments, bind: Bind): string {
  const [first, skip] = [args.first ?? 100, args.skip ?? 0];
  if (first < 1 || first > MAX_FIRST) throw outOfRange('first', MAX_FIRST, first);
  if (skip < 0) throw outOfRange('skip', MAX_SKIP, skip);
  return `ORDER BY ${orderSql(type, args)} LIMIT ${bind(first)}::bigint OFFSET ${bind(skip)}::bigint`;
}

// Ties are broken by id, so that pages neither repeat nor lose anything.
function orderSql(type: EntityType, { orderBy, orderDirection }: ListArguments): string {
  const direction = orderDirection === 'desc' ? 'DESC' : 'ASC';
  const field = orderBy ? type.fields.get(orderBy) : undefined;
  return field && field.name !== 'id' ? `${columnSql(field)} ${direction}, e.id ${direction}` : `e.id ${direction}`;
}
