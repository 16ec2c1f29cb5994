import { LRUCache } from 'lru-cache';
import type { GraphQLFormattedError } from 'graphql';
import type { CompiledOperation, OperationForm, SchemaFacts } from '../compiled';
import type { Compiled } from '../compiler/compiler';
import { evaluateCost } from '../cost';
import type { Answer, ExecutionRequest, Operation } from '../engine';
import { executableForm, type ExecutableForm } from './executable-form';
import type { PlanBinding } from './run';
import type { Introspection } from './projection';
import { subscribedField } from './subscribed-field';
import { variableReader, type Variables } from './variables';

/** What an operation may ask of its compiler while it runs. */
export interface OperationCompiler {
  compileForm(conditions: Readonly<Record<string, boolean>>): Compiled<OperationForm> | Promise<Compiled<OperationForm>>;
  introspect(variables: Variables): Promise<Introspection> | Introspection;
}

/** An operation as code. */
export interface Executable extends Operation {
  execute(request: ExecutionRequest): Promise<Answer>;
}

type Found = ExecutableForm | { errors: readonly GraphQLFormattedError[] };

// One form for each combination of conditions that was met; clients use few, and whoever uses many compiles again.
const FORMS = 4000;

/** Forms of all operations of an engine: the bound is on all together, since twenty conditions in one document have a million combinations. */
export type FormMemory = Pick<LRUCache<string, Found | Promise<Found>>, 'get' | 'set' | 'delete' | 'size'>;

// Tells operations apart in that memory.
let operations = 0;

export function createFormMemory(max = FORMS): FormMemory {
  return new LRUCache<string, Found | Promise<Found>>({ max });
}

/** Turns a compiled operation into code, bound to the subgraphs that it asks. */
export function executable(compiled: CompiledOperation, facts: SchemaFacts, binding: PlanBinding, forms: FormMemory, compiler: OperationCompiler): Executable {
  const { kind, name, conditions } = compiled;
  const coerce = variableReader(compiled.variables);
  const bound = (form: OperationForm): ExecutableForm => executableForm(form, kind, facts, binding, compiler.introspect);
  const only = compiled.form && bound(compiled.form);
  const id = ++operations;

  function formFor(values: Variables): Found | Promise<Found> {
    if (only) return only;
    const key = [id, ...conditions.map((one) => values[one] === true)].join();
    const known = forms.get(key);
    if (known) return known;
    const made = make(Object.fromEntries(conditions.map((one) => [one, values[one] === true])));
    forms.set(key, made);
    made.then(
      (form) => forms.set(key, form),
      () => forms.delete(key),
    );
    return made;
  }

  async function make(values: Readonly<Record<string, boolean>>): Promise<Found> {
    const form = await compiler.compileForm(values);
    return form.ok ? bound(form.value) : { errors: form.errors };
  }

  return {
    kind,
    name,
    plan: compiled.form?.plan ?? null,
    introspects: compiled.introspects,
    cost: (variables) => evaluateCost(compiled.cost, variables),
    subscribes: subscribedField(compiled, coerce),
    execute: async (request) => {
      const coerced = coerce(request.variables);
      if (!coerced.ok) return { data: null, errors: coerced.errors };
      const found = formFor(coerced.values);
      const form = found instanceof Promise ? await found : found;
      if ('errors' in form) return { data: null, errors: form.errors };
      request.scope.trace?.planned(form.plan);
      return form.execute(request);
    },
  };
}
