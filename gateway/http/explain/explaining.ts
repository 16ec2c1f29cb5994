import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationScope } from '../../data-sources/data-source';
import type { OpenScope } from '../operation-scope';
import { EXPLAIN_HEADER, readAsked } from './asked';
import { explained } from './explained';

/** Opens scopes of which those that ask for it are explained; the others cost the look at a header. Throws as `readAsked` does. */
export function explaining(openScope: OpenScope): OpenScope {
  const explain = async (header: string | string[], request: FastifyRequest, reply: FastifyReply): Promise<OperationScope> => {
    const since = performance.now();
    const scope = await openScope(request, reply);
    return explained(scope, readAsked(header, scope.principal), since);
  };
  return (request, reply) => {
    const header = request.headers[EXPLAIN_HEADER];
    return header === undefined ? openScope(request, reply) : explain(header, request, reply);
  };
}
