import {
  GraphQLError,
  Kind,
  parse,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';

/** A fetch of a query plan, read once: the plan's text stays the same when its variables change. */
export interface FetchText {
  /** Its fields; named fragments are written out. */
  selectionSet: SelectionSetNode;
  /** By name. */
  variables: ReadonlyMap<string, VariableDefinitionNode>;
}

const REMEMBERED = 500;

/** Reads fetches, remembering them by their text. */
export function createFetchReader(): (query: string) => FetchText {
  const memory = new LRUCache<string, FetchText>({ max: REMEMBERED });
  return (query) => {
    const text = memory.get(query) ?? readFetch(query);
    memory.set(query, text);
    return text;
  };
}

function readFetch(query: string): FetchText {
  const { definitions } = parse(query, { noLocation: true });
  const operation = definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new GraphQLError('A fetch without an operation.');
  const fragments = new Map(definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  return {
    selectionSet: writeOut(operation.selectionSet, fragments),
    variables: new Map((operation.variableDefinitions ?? []).map((node) => [node.variable.name.value, node])),
  };
}

function writeOut(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): SelectionSetNode {
  return { ...set, selections: set.selections.map((selection) => writeOutOne(selection, fragments)) };
}

function writeOutOne(selection: SelectionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): SelectionNode {
  if (selection.kind !== Kind.FRAGMENT_SPREAD) {
    return selection.selectionSet ? { ...selection, selectionSet: writeOut(selection.selectionSet, fragments) } : selection;
  }
  const fragment = fragments.get(selection.name.value);
  if (!fragment) throw new GraphQLError(`A fetch without its fragment ${selection.name.value}.`);
  return { kind: Kind.INLINE_FRAGMENT, typeCondition: fragment.typeCondition, directives: selection.directives, selectionSet: writeOut(fragment.selectionSet, fragments) };
}

/** Key of a field in an answer. */
export function responseKey({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/**
 * The fields that a selection asks of an object of the given type, by response key, as GraphQL's execution collects them:
 * what is skipped is left out, and selections under one key are put together.
 */
export function collectFields(set: SelectionSetNode, typeName: string, readVariable: (name: string) => unknown): Map<string, FieldNode> {
  const fields = new Map<string, FieldNode>();
  collect(set, typeName, readVariable, fields);
  return fields;
}

function collect(set: SelectionSetNode, typeName: string, readVariable: (name: string) => unknown, fields: Map<string, FieldNode>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD || isSkipped(selection.directives ?? [], readVariable)) continue;
    if (selection.kind === Kind.FIELD) {
      const known = fields.get(responseKey(selection));
      fields.set(responseKey(selection), known ? together(known, selection) : { ...selection, directives: [] });
    } else if (!selection.typeCondition || selection.typeCondition.name.value === typeName) {
      collect(selection.selectionSet, typeName, readVariable, fields);
    }
  }
}

function together(one: FieldNode, other: FieldNode): FieldNode {
  if (!one.selectionSet || !other.selectionSet) return one;
  return { ...one, selectionSet: { ...one.selectionSet, selections: [...one.selectionSet.selections, ...other.selectionSet.selections] } };
}

function isSkipped(directives: readonly DirectiveNode[], readVariable: (name: string) => unknown): boolean {
  return directives.some(({ name, arguments: given }) => {
    const value = given?.[0]?.value;
    const condition = value?.kind === Kind.BOOLEAN ? value.value : value?.kind === Kind.VARIABLE ? readVariable(value.name.value) : undefined;
    return (name.value === 'skip' && condition === true) || (name.value === 'include' && condition === false);
  });
}
