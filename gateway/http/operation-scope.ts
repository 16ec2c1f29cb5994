import type { FastifyReply, FastifyRequest } from 'fastify';
import { anonymous } from '#kernel/auth';
import { currentRequest, newRequestContext } from '#kernel/telemetry';
import type { OperationScope } from '../data-sources/data-source';
import { readAccessToken, type AccessKeys, type KnownPrincipal, type PermissionCache } from '../identity';

/** Finds out who asks, and opens the scope of one operation. */
export type OpenScope = (request: FastifyRequest, reply: FastifyReply) => Promise<OperationScope>;

/**
 * @returns a function that throws AppError UNAUTHENTICATED for a token that does not hold, and CORE_UNAVAILABLE when it holds but
 * nobody knows what its user may do.
 */
export function createOpenScope(keys: Pick<AccessKeys, 'find'>, permissions: Pick<PermissionCache, 'of'>): OpenScope {
  return async (request, reply) => {
    const userId = await readAccessToken(request.headers.authorization, keys.find);
    const known: KnownPrincipal = userId === null ? { principal: anonymous, stale: false } : await permissions.of(userId);
    const { requestId, traceparent, tracestate } = currentRequest() ?? newRequestContext(request.headers);
    return {
      requestId,
      traceparent,
      ...(tracestate ? { tracestate } : {}),
      principal: known.principal,
      permissionsStale: known.stale,
      signal: gone(reply),
      extensions: new Map(),
    };
  };
}

function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
