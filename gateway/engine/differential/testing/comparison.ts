import type { GraphQLFormattedError } from 'graphql';
import { isDeepStrictEqual } from 'node:util';
import type { ClientAnswer } from './engine-under-test';
import { agreedAnswer, agreedError } from './justified';

/** Every way in which the answers differ that a client would notice and the README does not justify, in words. Errors may come in any order, keys not. */
export function differences(stock: ClientAnswer, ours: ClientAnswer): string[] {
  const [one, other] = agreedAnswer(stock, ours);
  return [...dataDifferences(one.data, other.data), ...errorDifferences(one.errors, other.errors)];
}

function dataDifferences(stock: unknown, ours: unknown): string[] {
  if (JSON.stringify(stock) === JSON.stringify(ours)) return [];
  const what = isDeepStrictEqual(stock, ours) ? 'order of keys' : 'data';
  return [`${what}:\n  stock ${JSON.stringify(stock)}\n  ours  ${JSON.stringify(ours)}`];
}

function errorDifferences(stock: readonly GraphQLFormattedError[], ours: readonly GraphQLFormattedError[]): string[] {
  const [one, other] = [stock.map(essence).sort(), ours.map(essence).sort()];
  if (isDeepStrictEqual(one, other)) return [];
  return [`errors:\n  stock ${one.join('\n        ')}\n  ours  ${other.join('\n        ')}`];
}

function essence(error: GraphQLFormattedError): string {
  const { message, path, extensions } = agreedError(error);
  return JSON.stringify({ message, ...(path ? { path } : {}), code: extensions?.code });
}
