import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { BadInputError } from '#kernel/errors';
import { PageInfo } from './shared-types';

const MAX_PAGE = 200;
const DEFAULT_PAGE = 20;
/** A cursor holds the id of a row, and what the list is ordered by. */
const MAX_CURSOR = 1500;

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: `How many to return: 1 to ${MAX_PAGE}, ${DEFAULT_PAGE} when left out.` })
  first?: number;

  @Field(() => String, { nullable: true, description: 'Return what comes after this cursor (`endCursor` of the page before).' })
  after?: string;
}

/** A checked page request: `after` is the decoded key of the last row seen. */
export interface PageRequest {
  first: number;
  after: string | null;
}

/** @throws BadInputError naming `first` or `after`. */
export function pageRequest(args: PageArgs): PageRequest {
  const first = args.first ?? DEFAULT_PAGE;
  if (first < 1 || first > MAX_PAGE) throw new BadInputError('first', `must be between 1 and ${MAX_PAGE}`);
  return { first, after: args.after === undefined || args.after === null ? null : decodeCursor(args.after) };
}

/** An opaque cursor around the key of a row. */
export function encodeCursor(key: string): string {
  return Buffer.from(`k:${key}`).toString('base64url');
}

export function decodeCursor(cursor: string): string {
  const text = cursor.length <= MAX_CURSOR ? Buffer.from(cursor, 'base64url').toString() : '';
  if (!text.startsWith('k:')) throw new BadInputError('after', 'is not a cursor of this list');
  return text.slice(2);
}

export interface Connection<T> {
  edges: Array<{ cursor: string; node: T }>;
  pageInfo: PageInfo;
}

/** Builds a connection from up to `first + 1` rows read after the cursor: the extra row only says that there is more. */
export function toConnection<T>(rows: readonly T[], page: PageRequest, keyOf: (row: T) => string): Connection<T> {
  const edges = rows.slice(0, page.first).map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The `<Node>Edge` type of a connection. */
export function edgeType<T extends object>(name: string, node: () => ClassType<T>): ClassType<{ cursor: string; node: T }> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a connection.` })
  class Edge {
    @Field(() => String, { description: 'Where this edge stands in the list; pass it as `after` to read on from here.' })
    cursor: string;

    @Field(node, { description: `The ${name} itself.` })
    node: T;
  }
  return Edge;
}

/** The `<Node>Connection` type (Relay cursor connections), by keyset: flat to the last page. */
export function connectionType<T extends object>(name: string, node: () => ClassType<T>): ClassType<Connection<T>> {
  const Edge = edgeType(name, node);
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class ConnectionOf {
    @Field(() => [Edge], { description: 'The rows of this page, in order.' })
    edges: Array<{ cursor: string; node: T }>;

    @Field(() => PageInfo, { description: 'Where this page stands in the whole list.' })
    pageInfo: PageInfo;
  }
  return ConnectionOf;
}
