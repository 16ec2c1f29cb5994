import { GraphQLError, parse, type SelectionSetNode } from 'graphql';
import type { PlanNode, SubscriptionNode } from '../compiled';
import { fieldsIn, fragmentsOf, keyOf, operationsOf, type Fragments } from './documents';
import { clientKey } from './internal-keys';

/**
 * Refuses a plan that fetches nothing for a root field: its answer would be null without an error, as if there were nothing.
 * It happens for an interface that no subgraph implements beside an `@interfaceObject` that cannot be resolved.
 * @throws GraphQLError QUERY_PLANNING_FAILED naming the field.
 */
export function assertCovered(selections: SelectionSetNode, fragments: Fragments, plan: PlanNode | SubscriptionNode | null): void {
  const fetched = new Set(plan ? rootKeys(plan) : []);
  const missing = fieldsIn(selections, fragments).filter(({ name }) => !name.value.startsWith('__')).map(keyOf).find((key) => !fetched.has(key));
  if (missing === undefined) return;
  throw new GraphQLError(`No service can answer the field ${clientKey(missing)}.`, { extensions: { code: 'QUERY_PLANNING_FAILED' } });
}

function rootKeys(node: PlanNode | SubscriptionNode): string[] {
  switch (node.kind) {
    case 'Subscription':
      return rootKeys(node.primary);
    case 'Fetch':
      return node.requires ? [] : keysOf(node.operation);
    case 'Flatten':
      return node.path.length === 0 ? rootKeys(node.node) : [];
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(rootKeys);
    case 'Defer':
      return [node.primary.node, ...node.deferred.map((part) => part.node)].flatMap((one) => (one ? rootKeys(one) : []));
  }
}

function keysOf(text: string): string[] {
  const document = parse(text, { noLocation: true });
  return operationsOf(document).flatMap(({ selectionSet }) => fieldsIn(selectionSet, fragmentsOf(document)).map(keyOf));
}
