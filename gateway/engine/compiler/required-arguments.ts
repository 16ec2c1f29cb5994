import { createRequire } from 'node:module';
import type { FieldSelection, SelectionSet } from '@apollo/federation-internals';
import type { QueryPlanner } from '@apollo/query-planner';
import { Kind, type SelectionNode } from 'graphql';
import type { RequiredSelection } from '../compiled';
import { isRequiredKey, requiredKey } from './internal-keys';

/** What of the planner's insides is touched here; pinned to 2.14.4 and held by tests. */
interface PlannerInsides {
  federatedQueryGraph: {
    vertices: { index: number }[];
    outEdges(vertex: { index: number }, includeToSelf: boolean): readonly EdgeInsides[];
  };
}
interface EdgeInsides {
  transition: { kind: string; definition?: { name: string } };
  head: { source: string };
  _conditions?: SelectionSet;
}

/** Which required keys a field of a subgraph asks for: `<subgraph>/<field>` → keys. */
export type RequiredKeys = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Lets every field that a `@requires` asks for with arguments travel under a key of its own. The planner fetches two of them with
 * different arguments (`price(currency: "USD")`, `price(currency: "EUR")`) into one place, and one value serves both.
 */
export function separateRequiredArguments(planner: QueryPlanner): RequiredKeys {
  keepAliasesInRequires();
  const { federatedQueryGraph: graph } = planner as unknown as PlannerInsides;
  const used = new Map<string, Set<string>>();
  for (const vertex of graph.vertices) {
    for (const edge of graph.outEdges(vertex, true)) {
      if (edge.transition.kind !== 'FieldCollection' || !edge._conditions) continue;
      const keys = new Set<string>();
      edge._conditions = withOwnKeys(edge._conditions, keys);
      const place = `${edge.head.source}/${edge.transition.definition?.name ?? ''}`;
      if (keys.size > 0) used.set(place, new Set([...(used.get(place) ?? []), ...keys]));
    }
  }
  return used;
}

function withOwnKeys(set: SelectionSet, keys: Set<string>): SelectionSet {
  return set.lazyMap((selection) => {
    const inner = selection.selectionSet && withOwnKeys(selection.selectionSet, keys);
    if (selection.kind !== 'FieldSelection') return inner && inner !== selection.selectionSet ? selection.withUpdatedSelectionSet(inner) : selection;
    const field: FieldSelection['element'] = selection.element;
    const args = field.args && Object.keys(field.args).length > 0 ? JSON.stringify(field.args) : null;
    if (args === null || isRequiredKey(field.alias)) return inner === selection.selectionSet ? selection : selection.withUpdatedComponents(field, inner);
    const key = requiredKey(field.name, args);
    keys.add(key);
    return selection.withUpdatedComponents(field.withUpdatedAlias(key), inner);
  });
}

// The planner drops aliases when it writes what a fetch requires: ours tell where the value is read.
function keepAliasesInRequires(): void {
  const planFormat = createRequire(__filename)('@apollo/query-planner/dist/QueryPlan') as object;
  Object.assign(planFormat, { trimSelectionNodes: required });
}

function required(nodes: readonly SelectionNode[]): RequiredSelection[] {
  return nodes.flatMap((node): RequiredSelection[] => {
    if (node.kind === Kind.FIELD) {
      const alias = isRequiredKey(node.alias?.value) ? { alias: node.alias?.value } : {};
      return [{ kind: 'Field', name: node.name.value, ...alias, ...(node.selectionSet ? { selections: required(node.selectionSet.selections) } : {}) }];
    }
    if (node.kind !== Kind.INLINE_FRAGMENT) return [];
    const on = node.typeCondition ? { typeCondition: node.typeCondition.name.value } : {};
    return [{ kind: 'InlineFragment', ...on, selections: required(node.selectionSet.selections) }];
  });
}
