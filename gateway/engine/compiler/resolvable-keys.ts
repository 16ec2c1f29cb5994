import { Kind, type ConstDirectiveNode, type DefinitionNode, type DocumentNode } from 'graphql';

/**
 * Puts keys that a subgraph resolves before those that it only mentions (`@key(resolvable: false)`).
 * The planner takes the first listed key when it re-enters a subgraph after `@requires`, resolvable or not, and would ask for an
 * entity by a key that the subgraph does not answer.
 */
export function resolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  return { ...supergraph, definitions: supergraph.definitions.map(inDefinition) };
}

function inDefinition(definition: DefinitionNode): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return definition;
  const { directives = [] } = definition;
  if (!directives.some(isUnresolvable)) return definition;
  return { ...definition, directives: [...directives.filter((one) => !isUnresolvable(one)), ...directives.filter(isUnresolvable)] };
}

function isUnresolvable({ name, arguments: given = [] }: ConstDirectiveNode): boolean {
  return name.value === 'join__type' && given.some(({ name: argument, value }) => argument.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value);
}
