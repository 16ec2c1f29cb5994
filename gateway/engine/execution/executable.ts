import { LRUCache } from 'lru-cache';
import type { GraphQLFormattedError } from 'graphql';
import type { CompiledOperation, ResponsePath, SchemaFacts, TypedSelection } from '../compiled';
import type { Answer, ExecutionRequest, Operation } from '../engine';
import { complete } from './completion';
import { deferredParts } from './deferred';
import { conditionVariables, type Reading } from './fields';
import { unexplained } from './missing-values';
import type { JsonObject } from './own-keys';
import { compilePlan, type CompiledPlan } from './plan-steps';
import { projection, type Introspection, type WriteValue } from './projection';
import type { PlanBinding, Run } from './run';
import { subscribedField } from './subscribed-field';
import { variableReader, type Coerced, type Variables } from './variables';

/** Answers introspection that depends on variables. */
export type AskIntrospection = (variables: Variables) => Promise<Introspection> | Introspection;

/** An operation as code. */
export interface Executable extends Operation {
  execute(request: ExecutionRequest): Promise<Answer>;
}

/** A selection of the client, ready to be written from what was fetched. */
export interface Reader {
  selections: TypedSelection[];
  type: string;
  write: WriteValue;
  reading: Reading;
}

const VARIANTS = 32;
const NO_INTROSPECTION: Introspection = {};

/** Turns a compiled operation into code, bound to the subgraphs that it asks. */
export function executable(compiled: CompiledOperation, facts: SchemaFacts, binding: PlanBinding, introspect: AskIntrospection): Executable {
  const { plan: root } = compiled;
  const plan: CompiledPlan | null = root && compilePlan(root.kind === 'Subscription' ? { kind: 'Sequence', nodes: [root.primary, ...(root.rest ? [root.rest] : [])] } : root, binding);
  const coerce = variableReader(compiled.variables);
  const asksIntrospection = hasOpenIntrospection(compiled.selections);
  const conditionNames = [...conditionVariables(compiled.selections)];
  // What is left out depends on variables: one form of the code for each combination that was met.
  const forms = new LRUCache<string, Reading>({ max: VARIANTS });
  const readers = new WeakMap<Reading, WeakMap<TypedSelection[], Reader>>();

  function readingFor(values: Variables): Reading {
    const key = conditionNames.map((name) => (values[name] === true ? '1' : '0')).join('');
    const known = forms.get(key);
    if (known) return known;
    const fresh: Reading = { facts, conditions: new Map(conditionNames.map((name) => [name, values[name] === true])) };
    forms.set(key, fresh);
    return fresh;
  }

  function readerFor(selections: TypedSelection[], type: string, reading: Reading): Reader {
    const known = readers.get(reading) ?? new WeakMap<TypedSelection[], Reader>();
    readers.set(reading, known);
    const before = known.get(selections);
    if (before) return before;
    const fresh = { selections, type, reading, write: projection([selections], type, reading) };
    known.set(selections, fresh);
    return fresh;
  }

  async function execute({ variables, scope, event }: ExecutionRequest): Promise<Answer> {
    const coerced: Coerced = coerce(variables);
    if (!coerced.ok) return { data: null, errors: coerced.errors };
    const { values } = coerced;
    const run: Run = { data: {}, errors: [], given: variables, values, scope, shared: new Map(), entities: new Map(), serial: compiled.kind === 'mutation', deferrals: [], fetched: new Map(), ...(event === undefined ? {} : { event }) };
    const introspection = asksIntrospection ? await introspect(variables) : NO_INTROSPECTION;
    const running = plan?.step(run);
    if (running) await running;
    const reading = readingFor(values);
    const primary = run.deferrals.length > 0 ? plan?.primaries.find(({ selections }) => selections) : undefined;
    const reader = readerFor(primary?.selections ?? compiled.selections, compiled.rootType, reading);
    const answer = answerWith(reader, run, run.data, introspection);
    if (run.deferrals.length === 0 || !plan) return answer;
    return { ...answer, deferred: deferredParts(run, plan, (selections, type) => readerFor(selections, type, reading)) };
  }

  return { kind: compiled.kind, name: compiled.name, plan: root, subscribes: subscribedField(compiled, coerce), execute };
}

/** The text of an answer, and its errors: those of the fetches, and one for each missing value that none of them explains. */
export function answerWith({ write, selections, type, reading }: Reader, run: Run, data: JsonObject, introspection: Introspection = NO_INTROSPECTION, at: ResponsePath = []): { data: string; errors?: GraphQLFormattedError[] } {
  const text = write(data, { introspection, shared: run.shared });
  if (text !== undefined) return { data: text, ...(run.errors.length > 0 ? { errors: run.errors } : {}) };
  const completed = complete([selections], type, data, reading, introspection, at);
  const errors = [...run.errors, ...unexplained(completed.errors, run.errors)];
  return { data: JSON.stringify(completed.data), ...(errors.length > 0 ? { errors } : {}) };
}

function hasOpenIntrospection(selections: TypedSelection[]): boolean {
  return selections.some((one) => (one.kind === 'field' ? one.introspection?.json === null : hasOpenIntrospection(one.selections)));
}
