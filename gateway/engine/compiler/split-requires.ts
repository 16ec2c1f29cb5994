import { Kind, parse, print, visit, type DocumentNode, type FieldNode, type InlineFragmentNode, type SelectionNode } from 'graphql';
import type { FetchNode, PlanNode, RequiredSelection } from '../compiled';
import { variablesIn } from './documents';
import type { RequiredKeys } from './required-arguments';

/**
 * Splits a fetch whose required fields would need one name for several values. A representation names a required field once, so what is
 * computed from `price(currency: "USD")` and what from `price(currency: "EUR")` must be asked with representations of their own.
 * Other fetches are returned as they are.
 */
export function splitRequires(fetch: FetchNode, requiredKeys: RequiredKeys): PlanNode {
  if (!fetch.requires || !clashes(fetch.requires)) return fetch;
  const document = parse(fetch.operation, { noLocation: true });
  const groups = new Map<string, Set<FieldNode>>();
  for (const field of outputs(document)) {
    const keys = [...(requiredKeys.get(`${fetch.serviceName}/${field.name.value}`) ?? [])].sort().join(' ');
    groups.set(keys, (groups.get(keys) ?? new Set()).add(field));
  }
  const nodes = [...groups].map(([keys, fields]) => part(fetch, document, fields, new Set(keys === '' ? [] : keys.split(' '))));
  return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes };
}

function clashes(required: readonly RequiredSelection[]): boolean {
  const seen = new Map<string, string | undefined>();
  return required.some((one) => {
    if (one.kind === 'Field') {
      if (seen.has(one.name) && seen.get(one.name) !== one.alias) return true;
      seen.set(one.name, one.alias);
    }
    return one.selections !== undefined && clashes(one.selections);
  });
}

/** Fields asked of the entities themselves: `_entities { ... on T { these } }`. */
function outputs(document: DocumentNode): FieldNode[] {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [entities] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  return entities && 'selectionSet' in entities ? fieldsBelow(entities.selectionSet?.selections ?? []) : [];
}

function fieldsBelow(selections: readonly SelectionNode[]): FieldNode[] {
  return selections.flatMap((node) => (node.kind === Kind.FIELD ? [node] : node.kind === Kind.INLINE_FRAGMENT ? fieldsBelow(node.selectionSet.selections) : []));
}

function part(fetch: FetchNode, document: DocumentNode, fields: ReadonlySet<FieldNode>, keys: ReadonlySet<string>): FetchNode {
  const all = new Set(outputs(document));
  const only = visit(document, {
    Field: { enter: (node) => (all.has(node) && !fields.has(node) ? null : undefined) },
    InlineFragment: { leave: (node: InlineFragmentNode) => (node.selectionSet.selections.length === 0 ? null : undefined) },
  });
  const used = variablesIn(only, new Map());
  const operation = visit(only, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null) });
  const variableUsages = fetch.variableUsages?.filter((name) => used.has(name));
  return { ...fetch, operation: print(operation), requires: narrowed(fetch.requires ?? [], keys), ...(variableUsages ? { variableUsages } : {}) };
}

function narrowed(required: readonly RequiredSelection[], keys: ReadonlySet<string>): RequiredSelection[] {
  return required
    .filter((one) => one.kind !== 'Field' || one.alias === undefined || keys.has(one.alias))
    .map((one) => ({ ...one, ...(one.selections ? { selections: narrowed(one.selections, keys) } : {}) }))
    .filter((one) => one.selections === undefined || one.selections.length > 0) as RequiredSelection[];
}
