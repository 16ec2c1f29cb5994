import { Kind, OperationTypeNode, print, type ArgumentNode, type FieldNode, type SelectionNode } from 'graphql';
import type { Part } from './part';

/** A request of several parts; everything in it is answered at one block. */
export interface EndpointRequest {
  query: string;
  variables: Record<string, unknown>;
}

/**
 * Puts parts into one request, with the state of the index. `pin` is the hash of the block to read at; null for the latest.
 * A field that names a block itself keeps it.
 */
export function requestOf(parts: readonly Part[], pin: string | null, pinnable: ReadonlySet<string>): EndpointRequest {
  const bound = new Map(parts.flatMap(({ variables }) => variables.map((variable) => [variable.definition.variable.name.value, variable] as const)));
  const fields = parts.flatMap((part) => part.fields.map((node) => (pin !== null && pinnable.has(node.name.value) ? atBlock(node, pin) : node)));
  const query = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [...bound.values()].map(({ definition }) => definition),
    selectionSet: { kind: Kind.SELECTION_SET, selections: [...fields, metaField(pin)] },
  });
  const variables = Object.fromEntries([...bound].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
  return { query, variables };
}

// Under its own name and no alias: this is what graph-node still answers when it withholds the rest after an indexing error.
function metaField(pin: string | null): FieldNode {
  const block = field('block', { selections: [field('number'), field('hash'), field('timestamp')] });
  const meta = field('_meta', { selections: [block, field('hasIndexingErrors')] });
  return pin === null ? meta : atBlock(meta, pin);
}

function atBlock(node: FieldNode, hash: string): FieldNode {
  const given = node.arguments ?? [];
  if (given.some(({ name }) => name.value === 'block')) return node;
  const value = { kind: Kind.OBJECT as const, fields: [{ kind: Kind.OBJECT_FIELD as const, name: name('hash'), value: { kind: Kind.STRING as const, value: hash } }] };
  return { ...node, arguments: [...given, { kind: Kind.ARGUMENT, name: name('block'), value }] };
}

/** A field of a request. */
export function field(fieldName: string, parts: { alias?: string; arguments?: readonly ArgumentNode[]; selections?: readonly SelectionNode[] } = {}): FieldNode {
  return {
    kind: Kind.FIELD,
    name: name(fieldName),
    ...(parts.alias === undefined ? {} : { alias: name(parts.alias) }),
    arguments: parts.arguments ?? [],
    ...(parts.selections ? { selectionSet: { kind: Kind.SELECTION_SET, selections: parts.selections } } : {}),
  };
}

function name(value: string): { kind: Kind.NAME; value: string } {
  return { kind: Kind.NAME, value };
}
