import type { ErrorCode } from '#kernel/errors';

/** Why a part of the graph cannot be answered, as the client is told. */
export interface ChainTrouble {
  code: ErrorCode;
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

/** What an error of the endpoint means for us. `reorganized`: the block that was read is gone. `refused`: one of the fields is to blame. */
export type Verdict = { kind: 'reorganized' | 'not-yet-indexed' | 'indexing-error' } | { kind: 'refused' | 'broken'; message: string };

// graph-node has no codes. These are texts of its errors (graph/src/data/query/error.rs), and of the servers that imitate it.
const REORGANIZED = /the chain was reorganized while executing the query/i;
const HASH_UNKNOWN = /no block with that hash/i;
const NOT_YET_INDEXED = /has only indexed up to block|has not started syncing yet/i;
const INDEXING_ERROR = /indexing_error/;
const FAULT_OF_THE_ASKER =
  /argument|filter|failed to decode|ordering by|has no field|invalid type|invalid value|cannot mix|only one of hash, number|query is too expensive|exceeds the limit|reducing the depth|larger than the allowed limit/i;

/**
 * Judges the errors of an answer as a whole: graph-node withholds everything as soon as one field fails. `pinned`: we have chosen the
 * block by its hash; otherwise a hash that is not found is one that the client has named.
 */
export function judge(messages: readonly string[], pinned: boolean): Verdict {
  const some = (pattern: RegExp): boolean => messages.some((message) => pattern.test(message));
  if (some(REORGANIZED) || (pinned && some(HASH_UNKNOWN))) return { kind: 'reorganized' };
  if (some(NOT_YET_INDEXED)) return { kind: 'not-yet-indexed' };
  if (some(INDEXING_ERROR)) return { kind: 'indexing-error' };
  const refusal = messages.find((message) => FAULT_OF_THE_ASKER.test(message));
  return refusal === undefined ? { kind: 'broken', message: messages.join('; ') } : { kind: 'refused', message: refusal };
}

/** What the client is told of it. The endpoint's own words are shown only where they help to ask better. */
export function troubleOf(verdict: Verdict): ChainTrouble {
  switch (verdict.kind) {
    case 'refused':
      return { code: 'BAD_USER_INPUT', message: verdict.message };
    case 'not-yet-indexed':
      return { code: 'CHAIN_NOT_YET_INDEXED', message: 'The requested block has not been indexed yet.' };
    case 'indexing-error':
      return { code: 'CHAIN_INDEXING_ERROR', message: 'The chain index has stopped on an error.' };
    case 'reorganized':
      return { code: 'CHAIN_UPSTREAM', message: 'The chain changed again and again while it was read. Ask again.' };
    case 'broken':
      return { code: 'CHAIN_UPSTREAM', message: 'The chain endpoint answered with an error.' };
  }
}

/** No usable answer came. */
export const NO_ANSWER: ChainTrouble = { code: 'CHAIN_UPSTREAM', message: 'The chain endpoint does not answer now.' };
