import type { CompiledOperation, OperationForm, PlanNode, SchemaFacts, SubscriptionNode, TypedSelection } from '../compiled';
import type { Answer, ExecutionRequest } from '../engine';
import { answerWith, readerOf, type Reader } from './answers';
import { deferredParts } from './deferred';
import { compilePlan } from './plan-steps';
import type { Introspection } from './projection';
import type { PlanBinding, Run } from './run';
import type { Variables } from './variables';

/** A form of an operation as code. */
export interface ExecutableForm {
  plan: PlanNode | SubscriptionNode | null;
  execute(request: ExecutionRequest): Promise<Answer>;
}

const NO_INTROSPECTION: Introspection = {};

export function executableForm(form: OperationForm, kind: CompiledOperation['kind'], facts: SchemaFacts, binding: PlanBinding, introspect: (variables: Variables) => Promise<Introspection> | Introspection): ExecutableForm {
  const { plan, rootType, selections } = form;
  const code = plan && compilePlan(withoutSubscription(plan), binding);
  const asksIntrospection = hasOpenIntrospection(selections);
  const readers = new Map<TypedSelection[], Reader>();
  const readerFor = (wanted: TypedSelection[], type: string): Reader => {
    const known = readers.get(wanted);
    if (known) return known;
    const fresh = readerOf(wanted, type, facts);
    readers.set(wanted, fresh);
    return fresh;
  };
  return {
    plan,
    execute: async ({ variables, scope, event }) => {
      const run: Run = {
        data: {},
        errors: [],
        given: variables,
        scope,
        shared: new Map(),
        entities: new Map(),
        serial: kind === 'mutation',
        deferrals: [],
        fetched: new Map(),
        ...(event === undefined ? {} : { event }),
      };
      const introspection = asksIntrospection ? await introspect(variables) : NO_INTROSPECTION;
      const running = code?.step(run);
      if (running) await running;
      const primary = run.deferrals.length > 0 ? code?.primaries.find((one) => one.selections) : undefined;
      const answer = answerWith(readerFor(primary?.selections ?? selections, rootType), run, run.data, introspection);
      if (run.deferrals.length === 0 || !code) return answer;
      return { ...answer, deferred: deferredParts(run, code, readerFor) };
    },
  };
}

// Each event of a subscription is answered like a query: its root first, then what hangs on it.
function withoutSubscription(plan: PlanNode | SubscriptionNode): PlanNode {
  return plan.kind === 'Subscription' ? { kind: 'Sequence', nodes: [plan.primary, ...(plan.rest ? [plan.rest] : [])] } : plan;
}

function hasOpenIntrospection(selections: TypedSelection[]): boolean {
  return selections.some((one) => (one.kind === 'field' ? one.introspection?.json === null : hasOpenIntrospection(one.selections)));
}
