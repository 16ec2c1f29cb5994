import { z } from 'zod';
import type { GraphNodeConfig } from '#kernel/graph-node';
import type { OperationScope } from '../data-source';

/** How fresh the data of one graph is in an answer: `extensions.chain.<name of the subgraph>`. */
export interface ChainFreshness {
  /** The block at which everything of this graph was read. */
  number: number;
  hash: string | null;
  /** When the block was made, in seconds since 1970; null when the endpoint does not say. */
  timestamp: number | null;
  /** How far the index is behind; null when it cannot be known now. */
  lag: number | null;
  /** Blocks behind the chain's head when that is known, else seconds since the block was made. */
  lagUnit: 'blocks' | 'seconds';
  /** Whether the lag is above what the configuration of the graph allows. An unknown lag is not. */
  stale: boolean;
  hasIndexingErrors: boolean;
}

/** The state of an index, as it tells with every answer. */
export type IndexState = z.infer<typeof indexStateSchema>;
const indexStateSchema = z.object({
  block: z.object({ number: z.number(), hash: z.string().nullish(), timestamp: z.coerce.number().nullish() }),
  hasIndexingErrors: z.boolean().default(false),
});

/** Reads `_meta`; null when the endpoint did not answer it. */
export function readIndexState(meta: unknown): IndexState | null {
  const parsed = indexStateSchema.safeParse(meta);
  return parsed.success ? parsed.data : null;
}

/** `head` is the number of the chain's newest block: null when it is unknown now, undefined when nobody tells. */
export function freshnessOf(state: IndexState, head: number | null | undefined, config: Pick<GraphNodeConfig, 'maxLag'>): ChainFreshness {
  const { number, hash, timestamp } = state.block;
  const lag = head === undefined ? secondsSince(timestamp) : head === null ? null : Math.max(0, head - number);
  return {
    number,
    hash: hash ?? null,
    timestamp: timestamp ?? null,
    lag,
    lagUnit: head === undefined ? 'seconds' : 'blocks',
    stale: lag !== null && lag > config.maxLag,
    hasIndexingErrors: state.hasIndexingErrors,
  };
}

function secondsSince(timestamp: number | null | undefined): number | null {
  return timestamp == null ? null : Math.max(0, Math.floor(Date.now() / 1000) - timestamp);
}

/** Shows it to the client beside what other graphs have said. */
export function showFreshness(scope: OperationScope, name: string, freshness: ChainFreshness): void {
  const others = scope.extensions.get('chain');
  scope.extensions.set('chain', { ...(typeof others === 'object' ? others : {}), [name]: freshness });
}
