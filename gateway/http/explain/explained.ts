import type { OperationScope } from '../../data-sources/data-source';
import type { Asked } from './asked';
import { planText } from './plan-text';
import { planTree, type PlanTree } from './plan-tree';
import { createTrace } from './trace';

/** `extensions.queryPlan`. It shows no value of a variable, and no text that the client wrote into its operation. */
export interface PlanShown {
  /** For people. */
  text: string;
  /** For programs; null when nothing need be fetched. */
  tree: PlanTree | null;
}

/** The scope of an operation that is explained as `extensions` of its answer. It began at `since`, on the clock of `performance.now()`. */
export function explained(scope: OperationScope, { plan, trace }: Asked, since: number): OperationScope {
  const { extensions } = scope;
  const traced = trace ? createTrace(since) : null;
  if (traced) extensions.set('trace', traced); // says what it knows when it is written
  return {
    ...scope,
    trace: {
      planned: (what) => {
        traced?.planned();
        const tree = plan && what ? planTree(what) : null;
        if (plan) extensions.set('queryPlan', { text: planText(tree), tree } satisfies PlanShown);
      },
      fetch: (about) => traced?.fetch(about) ?? (() => undefined),
    },
  };
}
