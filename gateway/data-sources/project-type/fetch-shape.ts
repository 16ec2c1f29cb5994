import {
  Kind,
  OperationTypeNode,
  parse,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';

/** `@skip` or `@include` somewhere on the way to a root field. */
export interface Condition {
  directive: 'skip' | 'include';
  value: ValueNode;
}

/** One field node at the root of a fetch, out of any fragments it was written in. */
export interface RootEntry {
  /** The key of its answer: the alias, or the name. */
  key: string;
  node: FieldNode;
  conditions: readonly Condition[];
}

/** What a fetch asks for, read once from its text. */
export interface FetchShape {
  operation: OperationDefinitionNode;
  mutation: boolean;
  /** Whether it fetches entities (`_entities`); such a fetch has no other root field. */
  entities: boolean;
  /** In document order. Several entries may share a key: their selections merge. */
  roots: readonly RootEntry[];
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Parses fetches and keeps the most recent shapes, by text. */
export function createShapeReader(max: number): (query: string) => FetchShape {
  const shapes = new LRUCache<string, FetchShape>({ max });
  return (query) => {
    const known = shapes.get(query);
    if (known) return known;
    const shape = readFetchShape(query);
    shapes.set(query, shape);
    return shape;
  };
}

/** Reads a fetch: one operation and its fragments. */
export function readFetchShape(query: string): FetchShape {
  const { definitions } = parse(query, { noLocation: true });
  const operation = definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('A fetch without an operation.');
  const fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const roots = flatten(operation.selectionSet, [], fragments);
  return {
    operation,
    mutation: operation.operation === OperationTypeNode.MUTATION,
    entities: roots.some((entry) => entry.node.name.value === '_entities'),
    roots,
    fragments,
  };
}

// Fragments at the root are on the root type, so their type condition always holds.
function flatten(set: SelectionSetNode, outer: readonly Condition[], fragments: ReadonlyMap<string, FragmentDefinitionNode>): RootEntry[] {
  return set.selections.flatMap((selection) => {
    const conditions = [...outer, ...conditionsOf(selection.directives ?? [])];
    if (selection.kind === Kind.FIELD) return [{ key: selection.alias?.value ?? selection.name.value, node: bare(selection), conditions }];
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)?.selectionSet;
    return inner ? flatten(inner, conditions, fragments) : [];
  });
}

function conditionsOf(directives: readonly DirectiveNode[]): Condition[] {
  return directives.flatMap((directive) => {
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    return isCondition(directive.name.value) && value ? [{ directive: directive.name.value as Condition['directive'], value }] : [];
  });
}

// What was decided here need not be decided again by the instance.
function bare(field: FieldNode): FieldNode {
  return { ...field, directives: (field.directives ?? []).filter((directive) => !isCondition(directive.name.value)) };
}

function isCondition(directive: string): boolean {
  return directive === 'skip' || directive === 'include';
}
