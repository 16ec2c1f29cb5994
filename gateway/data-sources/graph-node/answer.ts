import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphAnswer } from '../data-source';
import type { ChainTrouble } from './chain-trouble';

/** The answer to one fetch while its parts arrive. What fails is null; the rest stays. */
export interface FetchAnswer {
  data: Record<string, unknown>;
  /** Records why what stands at this path is null. */
  fail(path: readonly (string | number)[], trouble: ChainTrouble): void;
  finish(): SubgraphAnswer;
}

export function createFetchAnswer(subgraph: string): FetchAnswer {
  const data: Record<string, unknown> = {};
  const errors: GraphQLFormattedError[] = [];
  return {
    data,
    fail: (path, { code, message, details }) => errors.push({ message, path, extensions: { code, chain: subgraph, ...details } }),
    finish: () => (errors.length > 0 ? { data, errors } : { data }),
  };
}
