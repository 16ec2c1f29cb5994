import { GraphQLError, Kind, NoSchemaIntrospectionCustomRule, executeSync, parse, specifiedRules, validate, valueFromASTUntyped, visit, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import type { CompiledOperation, PlanNode, SchemaFacts, SubscriptionNode } from '../compiled';
import { withDeferredSelections } from './deferred-selections';
import { clientKey } from './internal-keys';
import { assertCovered } from './plan-coverage';
import { plannedKey, withPlannedAliases } from './planned-aliases';
import { createPlanner } from './planner';
import { loadSupergraph } from './supergraph';
import { typedSelections } from './typed-selections';
import { variableFacts } from './variable-facts';

/** What an operation may be, before anything is planned. */
export interface OperationLimits {
  /** Largest document, in tokens of the GraphQL language. */
  maxTokens: number;
  /** Whether clients may read the schema. */
  introspection: boolean;
}

export type Compiled = { ok: true; operation: CompiledOperation } | { ok: false; errors: GraphQLFormattedError[] };

/** Makes operations of one supergraph ready to run. Slow (milliseconds an operation, up to seconds to build): it belongs in a thread of its own. */
export interface Compiler {
  readonly facts: SchemaFacts;
  compile(source: string, operationName: string | undefined): Compiled;
  /** Answers of the fields `__schema` and `__type` of an operation that depend on variables, by key, as JSON text. */
  introspect(source: string, operationName: string | undefined, variables: Readonly<Record<string, unknown>>): Record<string, string>;
}

/** @throws when the supergraph cannot be read. */
export function createCompiler(sdl: string, limits: OperationLimits): Compiler {
  const loaded = loadSupergraph(sdl);
  const { schema, facts, names } = loaded;
  const planOperation = createPlanner(loaded);
  const rules = limits.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];

  function compileChecked(source: string, operationName: string | undefined): CompiledOperation {
    const started = performance.now();
    const { document, operation, fragments } = read(source, operationName);
    const planned = withPlannedAliases(document, names);
    const plannedOperation = operationOf(planned, operationName);
    const plan = planFor(planned, operationName);
    assertCovered(plannedOperation.selectionSet, fragmentsOf(planned), plan);
    const rootType = schema.getRootType(operation.operation);
    if (!rootType) throw refusal('GRAPHQL_VALIDATION_FAILED', `There are no operations of the kind ${operation.operation}.`);
    const selections = typedSelections(operation.selectionSet, rootType, {
      schema,
      fragments,
      readKey: (node) => plannedKey(node, names),
      answerKey: (node) => (node.alias ?? node.name).value,
      introspect: (node) => (usesVariables(node, fragments) ? null : introspectField(node, document, {})),
    });
    return {
      kind: operation.operation,
      name: operation.name?.value ?? null,
      plan: plan && plan.kind !== 'Subscription' ? withDeferredSelections(plan, planned, plannedOperation, schema, readPlanned) : plan,
      variables: variableFacts(schema, operation),
      rootType: rootType.name,
      selections,
      subscribes: operation.operation === 'subscription' ? subscribedField(operation) : null,
      costMs: performance.now() - started,
    };
  }

  // What the planner gives back is written with the keys that it was told.
  const readPlanned: Parameters<typeof withDeferredSelections>[4] = (set, on) => {
    const key = (node: FieldNode): string => (node.alias ?? node.name).value;
    return typedSelections(set, on, { schema, fragments: new Map(), readKey: key, answerKey: (node) => clientKey(key(node)), introspect: () => null });
  };

  function read(source: string, operationName: string | undefined): { document: DocumentNode; operation: OperationDefinitionNode; fragments: Map<string, FragmentDefinitionNode> } {
    const document = parsed(source, limits.maxTokens);
    const errors = validate(schema, document, rules);
    if (errors.length > 0) throw new Refused(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED', limits)));
    return { document, operation: operationOf(document, operationName), fragments: fragmentsOf(document) };
  }

  function planFor(document: DocumentNode, operationName: string | undefined): PlanNode | SubscriptionNode | null {
    try {
      return planOperation(document, operationName);
    } catch (error) {
      throw refusal('QUERY_PLANNING_FAILED', `This operation cannot be planned: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function introspectField(node: FieldNode, document: DocumentNode, variables: Readonly<Record<string, unknown>>): string {
    const definitions = document.definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? (one.variableDefinitions ?? []) : []));
    const operation: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        { kind: Kind.OPERATION_DEFINITION, operation: 'query' as OperationDefinitionNode['operation'], variableDefinitions: definitions, selectionSet: { kind: Kind.SELECTION_SET, selections: [{ ...node, directives: [] }] } },
        ...document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION),
      ],
    };
    const { data } = executeSync({ schema, document: operation, variableValues: variables });
    return JSON.stringify(data?.[(node.alias ?? node.name).value] ?? null);
  }

  return {
    facts,
    compile: (source, operationName) => {
      try {
        return { ok: true, operation: compileChecked(source, operationName) };
      } catch (error) {
        if (error instanceof Refused) return { ok: false, errors: error.errors };
        if (error instanceof GraphQLError) return { ok: false, errors: [error.toJSON()] };
        throw error;
      }
    },
    introspect: (source, operationName, variables) => {
      const document = parsed(source, limits.maxTokens);
      const answers: Record<string, string> = {};
      visit(document, {
        Field: (node) => {
          if (node.name.value !== '__schema' && node.name.value !== '__type') return;
          answers[(node.alias ?? node.name).value] = introspectField(node, document, variables);
        },
      });
      return answers;
    },
  };
}

/** An operation that is not run: everything that is wrong with it. */
class Refused extends Error {
  constructor(readonly errors: GraphQLFormattedError[]) {
    super('The operation is refused.');
  }
}

function refusal(code: string, message: string): Refused {
  return new Refused([{ message, extensions: { code } }]);
}

function parsed(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new Refused([coded(error, 'GRAPHQL_PARSE_FAILED', { introspection: true })]);
  }
}

// Whoever may not read the schema should not learn it from suggestions either.
function coded(error: GraphQLError, code: string, { introspection }: Pick<OperationLimits, 'introspection'>): GraphQLFormattedError {
  const { message, locations } = error.toJSON();
  return { message: introspection ? message : message.replace(/ ?Did you mean .+\?$/, ''), ...(locations ? { locations } : {}), extensions: { code } };
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation, second] = name === undefined ? operations : operations.filter((node) => node.name?.value === name);
  if (operation && !second) return operation;
  if (name !== undefined) throw refusal('OPERATION_RESOLUTION_FAILURE', `Unknown operation named "${name}".`);
  throw refusal('OPERATION_RESOLUTION_FAILURE', operation ? 'The document holds several operations: say which with `operationName`.' : 'The document holds no operation.');
}

// The specification lets a subscription have one root field; validation has seen to it. In a fragment it would hide its arguments from us.
function subscribedField({ selectionSet: { selections } }: OperationDefinitionNode): CompiledOperation['subscribes'] {
  const [field] = selections;
  if (field?.kind !== Kind.FIELD) throw refusal('GRAPHQL_VALIDATION_FAILED', 'The root field of a subscription must be written in the operation itself, not in a fragment.');
  const args = (field.arguments ?? []).map(({ name, value }) => ({
    name: name.value,
    value: value.kind === Kind.VARIABLE ? { variable: value.name.value } : { json: valueFromASTUntyped(value) },
  }));
  return { name: field.name.value, args };
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
}

function usesVariables(node: FieldNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  let found = false;
  const look = (inner: FieldNode | FragmentDefinitionNode): unknown =>
    visit(inner, {
      Variable: () => void (found = true),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment) look(fragment);
      },
    });
  look({ ...node, directives: [] });
  return found;
}
