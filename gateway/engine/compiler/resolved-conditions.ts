import { Kind, valueFromASTUntyped, visit, type DirectiveNode, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Values of the variables on which `@skip`, `@include` and `@defer` depend. */
export type ConditionValues = Readonly<Record<string, boolean>>;

const CONDITIONAL = new Set(['skip', 'include', 'defer']);

/** Names of the variables that decide what an operation asks for, in a steady order. */
export function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (!CONDITIONAL.has(name.value)) return;
      for (const { name: argument, value } of given) if (argument.value === 'if' && value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}

/**
 * The document as it reads for one combination of values: what is left out is gone, what stays is unconditional. A plan for all combinations at once
 * is a trap: what one field requires is fetched only when it is wanted, and its neighbours in the same fetch wait for it in vain.
 */
export function withConditionsResolved(document: DocumentNode, values: ConditionValues): DocumentNode {
  const empty = new Set<string>();
  const definitions = document.definitions.flatMap((definition): DocumentNode['definitions'][number][] => {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION && definition.kind !== Kind.OPERATION_DEFINITION) return [definition];
    const selectionSet = resolved(definition.selectionSet, values);
    if (selectionSet.selections.length === 0 && definition.kind === Kind.FRAGMENT_DEFINITION) {
      empty.add(definition.name.value);
      return [];
    }
    return [{ ...definition, selectionSet }];
  });
  const without = { ...document, definitions };
  return withoutUnused(empty.size === 0 ? without : withoutSpreads(without, empty));
}

function resolved(set: SelectionSetNode, values: ConditionValues): SelectionSetNode {
  return { ...set, selections: set.selections.flatMap((node) => resolvedSelection(node, values)) };
}

function resolvedSelection(node: SelectionNode, values: ConditionValues): SelectionNode[] {
  const { directives = [] } = node;
  if (directives.some((directive) => leavesOut(directive, values))) return [];
  const kept = { ...node, directives: directives.filter(({ name }) => name.value !== 'skip' && name.value !== 'include').flatMap((directive) => resolvedDefer(directive, values)) };
  if (kept.kind === Kind.FRAGMENT_SPREAD || !kept.selectionSet) return [kept];
  const selectionSet = resolved(kept.selectionSet, values);
  // A field without selections is still there (`{}`); a fragment without selections is nothing.
  return kept.kind === Kind.INLINE_FRAGMENT && selectionSet.selections.length === 0 ? [] : [{ ...kept, selectionSet } as SelectionNode];
}

function leavesOut(directive: DirectiveNode, values: ConditionValues): boolean {
  const name = directive.name.value;
  return (name === 'skip' && conditionOf(directive, values)) || (name === 'include' && !conditionOf(directive, values));
}

function resolvedDefer(directive: DirectiveNode, values: ConditionValues): DirectiveNode[] {
  if (directive.name.value !== 'defer') return [directive];
  return conditionOf(directive, values) ? [{ ...directive, arguments: directive.arguments?.filter(({ name }) => name.value !== 'if') }] : [];
}

/** The value of `if`; `@defer` has none mostly, which means true. */
function conditionOf({ arguments: given = [] }: DirectiveNode, values: ConditionValues): boolean {
  const value = given.find(({ name }) => name.value === 'if')?.value;
  if (!value) return true;
  return value.kind === Kind.VARIABLE ? values[value.name.value] === true : valueFromASTUntyped(value) === true;
}

function withoutSpreads(document: DocumentNode, empty: Set<string>): DocumentNode {
  const trimmed: DocumentNode = visit(document, { FragmentSpread: ({ name }) => (empty.has(name.value) ? null : undefined) });
  return withConditionsResolved(trimmed, {}); // what is empty now goes, too
}

/** Leaves out fragments that are spread nowhere any more, and variables that only decided: nothing else may be said of them to subgraphs. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
  const spread = new Set<string>();
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name: { value: name } }) => {
        const fragment = fragments.get(name);
        if (spread.has(name) || !fragment) return;
        spread.add(name);
        follow(fragment);
      },
    });
  };
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) follow(node);
  return { ...document, definitions: document.definitions.filter((node) => node.kind !== Kind.FRAGMENT_DEFINITION || spread.has(node.name.value)) };
}
