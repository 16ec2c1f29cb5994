import { z } from 'zod';
import type { GraphNodeConfig } from '#kernel/graph-node';
import type { DataSourceDeps, ObservedCall, OperationScope } from '../data-source';
import { createEndpoint } from './endpoint';

type Observe = (call: ObservedCall) => void;

/** Finds the number of the chain's newest block: null when it cannot be known now, undefined when the graph has nobody to ask. */
export type FindHead = (scope: OperationScope, observe?: Observe) => Promise<number | null | undefined>;

const KEPT_MS = 2000;
// An answer waits for the head, and must not wait long for what only tells how old it is.
const TIMEOUT_MS = 500;

// https://thegraph.com/docs/en/indexing/tooling/graph-node/ "Checking subgraph health": the API at the node's port 8030.
const QUERY = 'query Head($name: String!) { indexingStatusForCurrentVersion(subgraphName: $name) { chains { chainHeadBlock { number } } } }';

const statusSchema = z.object({
  indexingStatusForCurrentVersion: z.object({ chains: z.array(z.object({ chainHeadBlock: z.object({ number: z.coerce.number() }) })).min(1) }),
});

/** Asks the status API of the index node, at most once in two seconds for all operations. */
export function createHeadFinder(subgraph: string, config: GraphNodeConfig, deps: DataSourceDeps): FindHead {
  const { status, tls } = config;
  if (!status) return async () => undefined;
  const endpoint = createEndpoint({ subgraph: `${subgraph}-status`, url: status.url, tls }, { ...deps, timeouts: { ...deps.timeouts, queryMs: TIMEOUT_MS } });
  let known: { at: number; head: Promise<number | null> } | null = null;
  const ask = async (scope: OperationScope, observe?: Observe): Promise<number | null> => {
    // The answer serves other operations too, so that this one's client may go.
    const answer = await endpoint.ask({ query: QUERY, variables: { name: status.subgraphName } }, { ...scope, signal: new AbortController().signal }, observe);
    const parsed = statusSchema.safeParse(answer?.data);
    return parsed.success ? (parsed.data.indexingStatusForCurrentVersion.chains[0]?.chainHeadBlock.number ?? null) : null;
  };
  return (scope, observe) => {
    if (!known || performance.now() - known.at > KEPT_MS) known = { at: performance.now(), head: ask(scope, observe) };
    return known.head;
  };
}
