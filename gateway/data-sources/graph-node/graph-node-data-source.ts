import { z } from 'zod';
import { AppError } from '#kernel/errors';
import { federate, graphNodeConfigSchema, type FederatedGraph } from '#kernel/graph-node';
import type { DataSourceFactory, OperationScope, SubgraphFetch } from '../data-source';
import { createFetchAnswer, type FetchAnswer } from './answer';
import { createBinder } from './binder';
import { createEndpoint } from './endpoint';
import { entityParts, type Attempt } from './entity-parts';
import { collectFields, createFetchReader, type FetchText } from './fetch-text';
import { createHeadFinder } from './head';
import { createOperationReads, type OperationReads, type ReadOptions } from './operation-reads';
import type { Part } from './part';
import { rootPart, type PartMaking } from './root-part';

/**
 * An endpoint with the API of The Graph's graph-node, which knows nothing of federation: fetches are translated, all that one operation
 * reads is read at one block, and how fresh it is goes to the client as `extensions.chain.<name of the subgraph>` (`ChainFreshness`).
 */
export const createGraphNodeDataSource: DataSourceFactory = (descriptor, deps) => {
  const config = graphNodeConfigSchema.parse(descriptor.config);
  const graph = federate(config, config.schema);
  const endpoint = createEndpoint({ subgraph: descriptor.name, url: z.url().parse(descriptor.url), tls: config.tls }, deps);
  const findHead = createHeadFinder(descriptor.name, config, deps);
  const readsOf = perOperation({ name: descriptor.name, endpoint, findHead, pinnable: graph.pinnable, maxLag: config.maxLag, onStale: config.onStale });
  const readFetch = createFetchReader();
  return {
    process: async ({ operation, variables, scope, observed }: SubgraphFetch) => {
      const reads = readsOf(scope);
      const answer = createFetchAnswer(descriptor.name);
      const parts = partsOf(readFetch(operation.query), variables.values(), { graph, answer, prefix: reads.nextPrefix() });
      await reads.read(parts, observed);
      return answer.finish();
    },
  };
};

function perOperation(options: ReadOptions): (scope: OperationScope) => OperationReads {
  const operations = new WeakMap<OperationScope, OperationReads>();
  return (scope) => {
    const reads = operations.get(scope) ?? createOperationReads(options, scope);
    operations.set(scope, reads);
    return reads;
  };
}

/** Translates a fetch. What can be answered without the endpoint is in the answer already. */
function partsOf(text: FetchText, variables: Record<string, unknown>, to: { graph: FederatedGraph; answer: FetchAnswer; prefix: string }): Part[] {
  const { graph, answer, prefix } = to;
  const binder = createBinder(graph, text, variables, prefix);
  let aliases = 0;
  const making: PartMaking = { graph, binder, answer, nextAlias: () => `${prefix}${aliases++}` };
  return [...collectFields(text.selectionSet, 'Query', binder.readVariable)].flatMap(([key, node]) => {
    if (node.name.value === '_entities') return entityParts(node, making, attempt);
    if (node.name.value !== '__typename') return attempt(() => rootPart(node, making), (trouble) => answer.fail([key], trouble));
    answer.data[key] = 'Query';
    return [];
  });
}

const attempt: Attempt = (make, fail) => {
  try {
    const part = make();
    return part ? [part] : [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    fail({ code: error.code, message: error.message, details: error.details });
    return [];
  }
};
