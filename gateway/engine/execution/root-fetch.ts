import type { FetchNode, ResponsePath } from '../compiled';
import { fetchCall, placedError } from './fetch-call';
import { copyOf, merge } from './merge';
import { objectsAt } from './places';
import { applyRewrites } from './rewrites';
import { signalOf, type PlanBinding, type Step } from './run';

/** A fetch of root fields, mostly at the root of the answer. */
export function rootStep(fetch: FetchNode, path: ResponsePath, binding: PlanBinding): Step {
  const call = fetchCall(fetch, path, binding);
  const plainPath = path.filter((step) => step !== '@');
  return async (run) => {
    const targets = objectsAt(run.data, path, run.shared);
    if (targets.length > 0) {
      const answer = await call(run, '');
      for (const error of answer?.errors ?? []) run.errors.push(placedError(error, fetch.serviceName, error.path && [...plainPath, ...error.path]));
      const data = answer?.data;
      if (data) {
        if (fetch.outputRewrites) applyRewrites(fetch.outputRewrites, data, binding.isSubtype);
        // Each target its own: what is fetched next may differ from one to the other.
        targets.forEach((target, index) => merge(target, index < targets.length - 1 ? copyOf(data) : data));
      }
    }
    if (fetch.id !== undefined) signalOf(run, fetch.id).done();
  };
}
