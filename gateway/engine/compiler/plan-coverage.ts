import { GraphQLError, Kind, parse, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { PlanNode, SubscriptionNode } from '../compiled';
import { clientKey } from './internal-keys';

/**
 * Refuses a plan that fetches nothing for a root field: its answer would be null without an error, as if there were nothing.
 * It happens for an interface that no subgraph implements beside an `@interfaceObject` that cannot be resolved.
 * @throws GraphQLError QUERY_PLANNING_FAILED naming the field.
 */
export function assertCovered(selections: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, plan: PlanNode | SubscriptionNode | null): void {
  const fetched = new Set(plan ? rootKeys(plan) : []);
  const missing = clientKeys(selections, fragments).find((key) => !fetched.has(key));
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
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((one) => (one ? rootKeys(one) : []));
    case 'Defer':
      return [node.primary.node, ...node.deferred.map((part) => part.node)].flatMap((one) => (one ? rootKeys(one) : []));
  }
}

function keysOf(text: string): string[] {
  const { definitions } = parse(text, { noLocation: true });
  const fragments = new Map(definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
  return definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? clientKeys(node.selectionSet, fragments) : []));
}

/** Keys of root fields that some subgraph must answer. What is certainly left out (`@skip(if: true)`) need not be. */
function clientKeys(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): string[] {
  return set.selections.flatMap((node) => {
    if (node.directives?.some(({ name, arguments: [given] = [] }) => given?.value.kind === Kind.BOOLEAN && given.value.value === (name.value === 'skip'))) return [];
    if (node.kind === Kind.FIELD) return node.name.value.startsWith('__') ? [] : [(node.alias ?? node.name).value];
    const body = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    return body ? clientKeys(body.selectionSet, fragments) : [];
  });
}
