import type { EngineLease } from '../engine';
import { kindRefusal, leaseFrom, releasing, type GraphqlFront } from './front';

/** Our own front: an operation goes to the engine with nothing in between. */
export function createThinFront(engines: { lease(): EngineLease | null }): GraphqlFront {
  return {
    run: async (request, scope) => {
      const lease = leaseFrom(engines);
      const { engine } = lease;
      let held = false;
      try {
        const planned = await engine.plan(request.query, request.operationName);
        if (!planned.ok) return { errors: planned.errors };
        const refusal = kindRefusal(planned.operation, request, scope);
        if (refusal) return refusal;
        const { data, errors, deferred } = await engine.execute(planned.operation, { variables: request.variables, scope });
        if (data === null) return { errors };
        if (!deferred) return { data, errors };
        held = true;
        return { data, errors, deferred: releasing(deferred, lease) };
      } finally {
        if (!held) lease.release();
      }
    },
    stop: async () => undefined,
  };
}
