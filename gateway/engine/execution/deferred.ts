import type { DeferredNode, ResponsePath, TypedSelection } from '../compiled';
import type { DeferredPart } from '../engine';
import { clientKey } from '../compiler/internal-keys';
import { answerWith, type Reader } from './answers';
import { placesAt } from './places';
import type { CompiledPlan } from './plan-steps';
import type { Deferral, Run } from './run';

type ReaderFor = (selections: TypedSelection[], type: string) => Reader;

/**
 * Delivers the deferred parts of an answer as they become ready; parts that are ready together come together. A part that defers again adds
 * to what is to come.
 */
export async function* deferredParts(run: Run, plan: CompiledPlan, readerFor: ReaderFor): AsyncGenerator<readonly DeferredPart[]> {
  const waiting = new Set<Promise<{ self: Promise<unknown>; deferral: Deferral }>>();
  let taken = 0;
  const takeNew = (): void => {
    for (; taken < run.deferrals.length; taken++) {
      const deferral = run.deferrals[taken];
      if (!deferral) continue;
      const self: Promise<{ self: Promise<unknown>; deferral: Deferral }> = deferral.ready.then(() => ({ self, deferral }));
      waiting.add(self);
    }
  };
  takeNew();
  while (waiting.size > 0) {
    const { self, deferral } = await Promise.race(waiting);
    waiting.delete(self as never);
    takeNew();
    const node = plan.deferred[deferral.part];
    const parts = node ? partsOf(node, { ...run, errors: deferral.errors }, readerFor) : [];
    if (parts.length > 0) yield parts;
  }
}

function partsOf(node: DeferredNode, run: Run, readerFor: ReaderFor): DeferredPart[] {
  if (!node.selections || node.on === undefined) return [];
  const reader = readerFor(node.selections, node.on);
  const path = node.queryPath.filter((step) => !step.startsWith('... '));
  return placesAt(run.data, path).map(({ object, path: at }, index): DeferredPart => {
    const place: ResponsePath = at.map((step) => (typeof step === 'string' ? clientKey(step) : step));
    // Errors are told once, with the first place of the part.
    const answer = answerWith(reader, index === 0 ? run : { ...run, errors: [] }, object, {}, place);
    return { ...(node.label === undefined ? {} : { label: node.label }), path: place, ...answer };
  });
}
