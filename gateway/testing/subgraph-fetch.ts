import { parse } from 'graphql';
import type { OperationScope, SubgraphFetch } from '../data-sources/data-source';

/** A fetch as the engine makes it. */
export function fetchOf(query: string, variables: Record<string, unknown>, scope: OperationScope): SubgraphFetch {
  const [definition] = parse(query).definitions;
  const operation = definition?.kind === 'OperationDefinition' ? definition : null;
  return { operation: { query, kind: operation?.operation ?? 'query', ...(operation?.name ? { operationName: operation.name.value } : {}) }, variables: { json: JSON.stringify(variables), values: () => variables }, scope };
}
