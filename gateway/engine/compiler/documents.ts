import { Kind, visit, type ASTNode, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The fragments of a document, by name. */
export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
}

export function operationsOf(document: DocumentNode): OperationDefinitionNode[] {
  return document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
}

/** Key of a field in an answer. */
export function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/** Fields at the root of a selection, out of the fragments that they are written in. */
export function fieldsIn(set: SelectionSetNode, fragments: Fragments): FieldNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node];
    const body = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    return body ? fieldsIn(body.selectionSet, fragments) : [];
  });
}

/** Names of the variables that something uses, also in the fragments that it spreads. Definitions do not count. */
export function variablesIn(node: ASTNode, fragments: Fragments): Set<string> {
  const found = new Set<string>();
  const followed = new Set<string>();
  const look = (inner: ASTNode): unknown =>
    visit(inner, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void found.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || followed.has(name.value)) return;
        followed.add(name.value);
        look(fragment);
      },
    });
  look(node);
  return found;
}
