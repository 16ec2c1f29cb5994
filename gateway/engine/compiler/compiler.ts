import { GraphQLError, Kind, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate, valueFromASTUntyped, type DocumentNode, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import { withoutValues, type ErrorCode } from '#kernel/errors';
import type { CompiledOperation, OperationForm, PlanNode, SchemaFacts, SubscriptionNode } from '../compiled';
import type { Cost } from '../cost';
import { costError, withoutSuggestion, type OperationLimits } from '../limits';
import { withDeferredSelections } from './deferred-selections';
import { fragmentsOf, keyOf, operationsOf } from './documents';
import { withFilledSelections, withoutFillers } from './filled-selections';
import { clientKey } from './internal-keys';
import { introspect, introspects } from './introspection';
import { shapeOf } from './limits/document-shape';
import { operationCost } from './limits/operation-cost';
import { shapeErrors } from './limits/shape-limits';
import { assertCovered } from './plan-coverage';
import { plannedKey, withPlannedAliases } from './planned-aliases';
import { createPlanner } from './planner';
import { conditionVariables, withConditionsResolved, type ConditionValues } from './resolved-conditions';
import { loadSupergraph } from './supergraph';
import { typedSelections } from './typed-selections';
import { variableFacts } from './variable-facts';

/** What was made of a document, or everything that is wrong with it. */
export type Compiled<T> = { ok: true; value: T } | { ok: false; errors: GraphQLFormattedError[] };

/** Makes operations of one supergraph ready to run. Slow (milliseconds an operation, up to seconds to build): it belongs in a thread of its own. */
export interface Compiler {
  readonly facts: SchemaFacts;
  compile(source: string, operationName: string | undefined): Compiled<CompiledOperation>;
  /** The form of an operation with conditions, for one combination of their values. */
  compileForm(source: string, operationName: string | undefined, conditions: ConditionValues): Compiled<OperationForm>;
  /** Answers of the fields `__schema` and `__type` of an operation, by key, as JSON text. */
  introspect(source: string, operationName: string | undefined, variables: Readonly<Record<string, unknown>>): Record<string, string | null>;
}

/** @throws when the supergraph cannot be read. */
export function createCompiler(sdl: string, limits: OperationLimits): Compiler {
  const loaded = loadSupergraph(sdl);
  const { schema, facts, names } = loaded;
  const planOperation = createPlanner(loaded);
  const rules = limits.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];

  function compileOperation(source: string, operationName: string | undefined): CompiledOperation {
    const started = performance.now();
    const document = only(checked(source), operationName);
    const operation = operationOf(document, operationName);
    const cost = costOf(document, operation);
    const conditions = conditionVariables(document);
    return {
      kind: operation.operation,
      name: operation.name?.value ?? null,
      variables: variableFacts(schema, operation, limits.suggestions ?? limits.introspection),
      conditions,
      subscribes: operation.operation === 'subscription' ? subscribedField(operation) : null,
      form: conditions.length === 0 ? formOf(document, {}) : null,
      cost,
      introspects: introspects(document, operation),
      costMs: performance.now() - started,
    };
  }

  function formOf(written: DocumentNode, conditions: ConditionValues): OperationForm {
    const document = withConditionsResolved(written, conditions);
    const operation = operationOf(document, undefined);
    const rootType = schema.getRootType(operation.operation);
    if (!rootType) throw refusal('GRAPHQL_VALIDATION_FAILED', `There are no operations of the kind ${operation.operation}.`);
    const planned = withFilledSelections(withPlannedAliases(document, names));
    const plannedOperation = operationOf(planned, undefined);
    const plan = planFor(planned);
    assertCovered(plannedOperation.selectionSet, fragmentsOf(planned), plan);
    const introspected = introspect(schema, document, operation, null);
    const selections = typedSelections(operation.selectionSet, rootType, {
      schema,
      fragments: fragmentsOf(document),
      readKey: (node) => plannedKey(node, names),
      answerKey: keyOf,
      introspected: (key) => introspected[key] ?? null,
    });
    return { plan: plan && plan.kind !== 'Subscription' ? withDeferredSelections(plan, planned, plannedOperation, schema, readPlanned) : plan, rootType: rootType.name, selections };
  }

  // What the planner gives back is written with the keys that it was told.
  const readPlanned: Parameters<typeof withDeferredSelections>[4] = (set, on) =>
    typedSelections(withoutFillers(set), on, { schema, fragments: new Map(), readKey: keyOf, answerKey: (node) => clientKey(keyOf(node)), introspected: () => null });

  // Sizes first: validation takes the square of some of them.
  function checked(source: string): DocumentNode {
    const document = parsed(source, limits.maxTokens);
    const beyond = limits.shape ? shapeErrors(shapeOf(document), limits.shape) : [];
    if (beyond.length > 0) throw new Refused(beyond);
    const errors = validate(schema, document, rules);
    if (errors.length > 0) throw new Refused(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED', limits)));
    return document;
  }

  function costOf(document: DocumentNode, operation: OperationDefinitionNode): Cost {
    if (!limits.cost) return 0;
    const cost = operationCost(document, operation, schema, loaded.costRules, limits.cost);
    if (typeof cost === 'number' && cost > limits.cost.max) throw new Refused([costError(cost, limits.cost.max)]);
    return cost;
  }

  function planFor(document: DocumentNode): PlanNode | SubscriptionNode | null {
    try {
      return planOperation(document);
    } catch (error) {
      throw refusal('QUERY_PLANNING_FAILED', `This operation cannot be planned: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return {
    facts,
    compile: (source, operationName) => attempt(() => compileOperation(source, operationName)),
    compileForm: (source, operationName, conditions) => attempt(() => formOf(only(parsed(source, limits.maxTokens), operationName), conditions)),
    introspect: (source, operationName, variables) => {
      const document = only(parsed(source, limits.maxTokens), operationName);
      return introspect(schema, document, operationOf(document, operationName), variables);
    },
  };
}

/** An operation that is not run: everything that is wrong with it. */
class Refused extends Error {
  constructor(readonly errors: GraphQLFormattedError[]) {
    super('The operation is refused.');
  }
}

function attempt<T>(make: () => T): Compiled<T> {
  try {
    return { ok: true, value: make() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, errors: error.errors };
    if (error instanceof GraphQLError) return { ok: false, errors: [error.toJSON()] };
    // The stack is over: nothing that a person writes nests so.
    if (error instanceof RangeError) return { ok: false, errors: [{ message: 'The document nests too deep to be read.', extensions: { code: 'OPERATION_TOO_LARGE', limit: 'depth' } }] };
    throw error;
  }
}

function refusal(code: ErrorCode, message: string): Refused {
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
function coded(error: GraphQLError, code: ErrorCode, { introspection, suggestions = introspection }: Pick<OperationLimits, 'introspection' | 'suggestions'>): GraphQLFormattedError {
  const { locations } = error.toJSON();
  const message = withoutValues(error);
  return { message: suggestions ? message : withoutSuggestion(message), ...(locations ? { locations } : {}), extensions: { code } };
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = operationsOf(document);
  const [operation, second] = name === undefined ? operations : operations.filter((node) => node.name?.value === name);
  if (operation && !second) return operation;
  if (name !== undefined) throw refusal('OPERATION_RESOLUTION_FAILURE', `Unknown operation named "${name}".`);
  throw refusal('OPERATION_RESOLUTION_FAILURE', operation ? 'The document holds several operations: say which with `operationName`.' : 'The document holds no operation.');
}

/** The document with one of its operations. */
function only(document: DocumentNode, operationName: string | undefined): DocumentNode {
  const operation = operationOf(document, operationName);
  return { ...document, definitions: document.definitions.filter((node) => node.kind !== Kind.OPERATION_DEFINITION || node === operation) };
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
