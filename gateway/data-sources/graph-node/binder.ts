import { Kind, valueFromASTUntyped, visit, type ArgumentNode, type ASTNode, type ValueNode, type VariableDefinitionNode } from 'graphql';
import { BadInputError } from '#kernel/errors';
import type { FederatedGraph } from '#kernel/graph-node';
import type { FetchText } from './fetch-text';
import type { BoundVariable } from './part';

// graph-node's limit. Beyond it the endpoint would refuse the whole request, and with it the fields of others.
const LARGEST_PAGE = 1000;

/** Makes pieces of a fetch into pieces of a request to the endpoint. */
export interface Binder {
  /** A variable of the fetch, or its default; undefined when it has neither. */
  readVariable(name: string): unknown;
  /**
   * Types get the endpoint's names, variables names that are unique in the operation; used variables are added to `used`.
   * @throws BadInputError when a page is larger than the endpoint allows.
   */
  bind<N extends ASTNode>(node: N, used: Map<string, BoundVariable>): N;
}

export function createBinder(graph: FederatedGraph, fetch: FetchText, values: Readonly<Record<string, unknown>>, prefix: string): Binder {
  const readVariable = (name: string): unknown => {
    if (values[name] !== undefined) return values[name];
    const fallback = fetch.variables.get(name)?.defaultValue;
    return fallback ? valueFromASTUntyped(fallback) : undefined;
  };
  const rename = <N extends ASTNode>(node: N): N =>
    visit(node, { NamedType: (type) => withName(type, graph.endpointType(type.name.value) ?? type.name.value), Variable: (variable) => withName(variable, prefix + variable.name.value) }) as N;
  const bound = (definition: VariableDefinitionNode): BoundVariable => ({ definition: { ...rename(definition), directives: [] }, value: values[definition.variable.name.value] });
  // A variable without a value is as good as no argument; endpoints differ in whether they see it so.
  const isAbsent = (value: ValueNode): boolean => value.kind === Kind.VARIABLE && readVariable(value.name.value) === undefined;
  return {
    readVariable,
    bind: (node, used) => {
      const present = visit(node, {
        Argument: (argument) => (isAbsent(argument.value) ? null : checkPage(argument, readVariable)),
        ObjectField: ({ value }) => (isAbsent(value) ? null : undefined),
        Variable: ({ name }) => {
          const definition = fetch.variables.get(name.value);
          if (definition) used.set(name.value, bound(definition));
        },
      }) as typeof node;
      return rename(present);
    },
  };
}

function checkPage({ name, value }: ArgumentNode, readVariable: (name: string) => unknown): undefined {
  if (name.value !== 'first' && name.value !== 'skip') return undefined;
  const given: unknown = value.kind === Kind.VARIABLE ? readVariable(value.name.value) : valueFromASTUntyped(value);
  if (typeof given !== 'number') return undefined;
  if (name.value === 'first' && (given < 1 || given > LARGEST_PAGE)) throw new BadInputError('first', `must be between 1 and ${LARGEST_PAGE}`);
  if (name.value === 'skip' && given < 0) throw new BadInputError('skip', 'must not be negative');
  return undefined;
}

function withName<N extends { name: { kind: Kind.NAME; value: string } }>(node: N, value: string): N {
  return { ...node, name: { kind: Kind.NAME, value } };
}
