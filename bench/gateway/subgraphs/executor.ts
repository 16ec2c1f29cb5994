import { Kind, parse, valueFromASTUntyped, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { Arguments, Resolvers, Thing } from './resolvers';

/** Answers one operation: variables in, JSON text of `data` out. @throws Error for what the subgraph cannot answer. */
export type CompiledQuery = (variables: Arguments) => string;

// A server of real use would validate; this one only has to be right and far cheaper than any gateway that asks it.

/** @throws Error for what the subgraph does not have: a gateway that asks it has a wrong plan. */
export function compileQuery(source: string, resolvers: Resolvers): CompiledQuery {
  const document = parse(source, { noLocation: true });
  const operation = operationOf(document);
  const defaults = defaultsOf(operation);
  const compiler = createCompiler(document, resolvers);
  const parts = [...compiler.collect('Query', operation.selectionSet)].map(([key, nodes]) => compiler.root(key, nodes));
  return (given) => {
    const variables = { ...defaults, ...given };
    return `{${parts.map((part) => part(variables)).join(',')}}`;
  };
}

type WriteThing = (thing: Thing) => string;

interface Compiler {
  collect(type: string, set: SelectionSetNode): Map<string, FieldNode[]>;
  root(key: string, nodes: readonly FieldNode[]): CompiledQuery;
}

function createCompiler(document: DocumentNode, resolvers: Resolvers): Compiler {
  const fragments = fragmentsOf(document);

  /** Fields by their key in the answer: several selections of one field are one. */
  function collect(type: string, set: SelectionSetNode, found = new Map<string, FieldNode[]>()): Map<string, FieldNode[]> {
    for (const node of set.selections) {
      if (node.directives?.length) throw new Error(`No directives here: @${node.directives[0]?.name.value}`);
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        found.set(key, [...(found.get(key) ?? []), node]);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (!fragment) throw new Error('No such fragment.');
      const on = fragment.typeCondition?.name.value ?? type;
      if (on === type || on === '_Entity') collect(type, fragment.selectionSet, found);
    }
    return found;
  }

  function root(key: string, nodes: readonly FieldNode[]): CompiledQuery {
    const name = nodes[0]?.name.value ?? '';
    const prefix = `${JSON.stringify(key)}:`;
    if (name === '__typename') return () => `${prefix}"Query"`;
    if (name === '_entities') return entities(prefix, nodes);
    const field = resolvers.roots[name];
    if (!field) throw new Error(`No such field: Query.${name}`);
    const write = compileThing(field.type, nodes);
    const argumentsOf = compileArguments(nodes[0]);
    return (variables) => prefix + writeAll(field.resolve(argumentsOf(variables)), write);
  }

  function entities(prefix: string, nodes: readonly FieldNode[]): CompiledQuery {
    const argumentsOf = compileArguments(nodes[0]);
    const writers = new Map(Object.entries(resolvers.types).map(([type, { entity }]) => [type, { entity, write: compileThing(type, nodes) }]));
    return (variables) => {
      const representations = argumentsOf(variables).representations as readonly Arguments[];
      const written = representations.map((representation) => {
        const { __typename: type, ...keys } = representation;
        const writer = writers.get(String(type));
        if (!writer) throw new Error(`No such entity: ${String(type)}`);
        return writer.write(writer.entity(keys));
      });
      return `${prefix}[${written.join(',')}]`;
    };
  }

  function compileThing(type: string, nodes: readonly FieldNode[]): WriteThing {
    const found = new Map<string, FieldNode[]>();
    for (const { selectionSet } of nodes) if (selectionSet) collect(type, selectionSet, found);
    const parts = [...found].map(([key, fields]) => compileField(type, key, fields));
    return (thing) => {
      let text = '{';
      for (const part of parts) text += text.length === 1 ? part(thing) : `,${part(thing)}`;
      return `${text}}`;
    };
  }

  function compileField(type: string, key: string, nodes: readonly FieldNode[]): WriteThing {
    const name = nodes[0]?.name.value ?? '';
    const prefix = `${JSON.stringify(key)}:`;
    if (name === '__typename') return () => `${prefix}${JSON.stringify(type)}`;
    const field = resolvers.types[type]?.fields[name];
    if (!field) throw new Error(`No such field: ${type}.${name}`);
    if (field.type === undefined) return (thing) => prefix + JSON.stringify(field.resolve(thing));
    const write = compileThing(field.type, nodes);
    return (thing) => prefix + writeAll(field.resolve(thing) as Thing | readonly Thing[], write);
  }

  return { collect, root };
}

function writeAll(value: Thing | readonly Thing[], write: WriteThing): string {
  return 'id' in value ? write(value) : `[${value.map(write).join(',')}]`;
}

function compileArguments(node: FieldNode | undefined): (variables: Arguments) => Arguments {
  const nodes = node?.arguments ?? [];
  return (variables) => Object.fromEntries(nodes.map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]));
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (!operation || operations.length > 1 || operation.operation !== 'query') throw new Error('One query at a time.');
  return operation;
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  return Object.fromEntries(variableDefinitions.flatMap(({ variable, defaultValue }) => (defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [])));
}
