import { type GraphQLFieldResolver } from 'graphql';
import type { Exchange } from './subgraph';

/** One thing that a subgraph knows. A function is a field that needs its arguments, or what came with a representation. */
export type Row = Record<string, unknown>;
/** What a subgraph knows, by type. `Query` and `Mutation` have one row each. */
export type Rows = Readonly<Record<string, readonly Row[]>>;
export type RowField = (args: Record<string, never>, self: Record<string, unknown>, exchange: Exchange) => unknown;

export interface RowReader {
  resolve: GraphQLFieldResolver<unknown, Exchange>;
  /** The entity that a representation means, with what the representation brought; null when there is none. */
  find(reference: Record<string, unknown>): unknown;
}

/** Answers fields from rows: an object needs only name its key, the rest is found. */
export function rowReader(rows: Rows): RowReader {
  const rowOf = (type: string, known: unknown): Row | undefined => {
    const candidates = Object.hasOwn(rows, type) ? rows[type] : undefined;
    return type === 'Query' || type === 'Mutation' ? candidates?.[0] : candidates?.find((row) => matches(row, known));
  };
  return {
    resolve: (source, args, exchange, info) => {
      const row = rowOf(info.parentType.name, source);
      const self = { ...row, ...(isRecord(source) ? source : {}) };
      const value = Object.hasOwn(self, info.fieldName) ? self[info.fieldName] : undefined;
      return typeof value === 'function' ? (value as RowField)(args as Record<string, never>, self, exchange) : value;
    },
    find: (reference) => {
      const type = String(reference.__typename);
      const row = rowOf(type, reference);
      return row ? { __typename: type, ...row, ...reference, ...(row.__typename ? { __typename: row.__typename } : {}) } : null;
    },
  };
}

// All that both name is the same, and they name something in common.
function matches(row: Row, known: unknown): boolean {
  if (!isRecord(known)) return false;
  const common = Object.keys(known).filter((key) => key !== '__typename' && Object.hasOwn(row, key) && typeof row[key] !== 'function');
  return common.length > 0 && common.every((key) => same(row[key], known[key]));
}

function same(left: unknown, right: unknown): boolean {
  if (isRecord(left) && isRecord(right)) return matches(left, right);
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
