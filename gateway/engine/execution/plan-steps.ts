import type { DeferNode, PlanNode } from '../compiled';
import { branchOf, countQuestions, hasContexts, type Branch } from './branches';
import { entityStep } from './entity-fetch';
import { rootStep } from './root-fetch';
import { signalOf, type PlanBinding, type Run, type Step } from './run';

/** A plan as code, and what of it is answered when. */
export interface CompiledPlan {
  step: Step;
  /** Deferred parts, as `Deferral.part` counts them. */
  deferred: DeferNode['deferred'];
  /** The primary parts of the `Defer` nodes, in the order in which they begin. */
  primaries: DeferNode['primary'][];
}

/** Turns a plan into code. */
export function compilePlan(plan: PlanNode, binding: PlanBinding): CompiledPlan {
  const deferred: DeferNode['deferred'] = [];
  const primaries: DeferNode['primary'][] = [];
  const root = branchOf(plan);
  const facts = { questions: countQuestions(root), contexts: hasContexts(root) };

  function compile(branch: Branch): Step {
    switch (branch.kind) {
      case 'entities':
        return entityStep(branch.group, binding, facts);
      case 'root':
        return rootStep(branch.fetch, branch.path, binding);
      case 'sequence':
        return sequence(branch.branches.map(compile));
      case 'parallel':
        return parallel(branch.branches.map(compile));
      case 'defer':
        return defer(branch);
    }
  }

  /** Runs the primary part; what is deferred begins as soon as what it depends on has been fetched, and is awaited by nobody here. */
  function defer({ node, path }: Branch & { kind: 'defer' }): Step {
    primaries.push(node.primary);
    const primary = node.primary.node ? compile(branchOf(node.primary.node, path)) : null;
    const parts = node.deferred.map((one) => ({ index: deferred.push(one) - 1, step: one.node ? compile(branchOf(one.node, path)) : null, depends: one.depends.map(({ id }) => id) }));
    return async (run) => {
      const main = Promise.resolve(primary?.(run));
      for (const { index, step, depends } of parts) {
        const begin = depends.length > 0 ? Promise.all(depends.map((id) => signalOf(run, id).promise)) : main;
        const errors: Run['errors'] = [];
        const ready = begin.then(() => step?.({ ...run, errors })).then(() => main);
        // A client may leave without waiting for it: then nobody else would hear of a failure.
        run.deferrals.push({ part: index, errors, ready: ready.catch((error: unknown) => void errors.push({ message: String(error), extensions: { code: 'INTERNAL_SERVER_ERROR' } })) });
      }
      await main;
    };
  }

  return { step: compile(root), deferred, primaries };
}

function sequence(steps: readonly Step[]): Step {
  return async (run: Run) => {
    for (const step of steps) {
      const running = step(run);
      if (running) await running;
    }
  };
}

function parallel(steps: readonly Step[]): Step {
  const [only, second] = steps;
  if (only && !second) return only;
  return async (run: Run) => {
    await Promise.all(steps.map(async (step) => step(run)));
  };
}
