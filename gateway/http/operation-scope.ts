import type { FastifyReply, FastifyRequest } from 'fastify';
import { anonymous } from '#kernel/auth';
import { currentRequest, newRequestContext, type RequestContext } from '#kernel/telemetry';
import type { OperationScope } from '../data-sources/data-source';
import type { KnownPrincipal, PermissionCache, ReadAccessToken } from '../identity';

/** Who asks, by which token. */
export interface Caller extends KnownPrincipal {
  /** Null for anonymous callers. */
  userId: string | null;
  /** Milliseconds since the epoch; null for anonymous callers. */
  expiresAt: number | null;
}

/**
 * Finds out who asks, from an `Authorization` header.
 * @throws AppError UNAUTHENTICATED for a token that does not hold, and CORE_UNAVAILABLE when it holds but nobody knows what its user may do.
 */
export type FindCaller = (authorization: string | undefined) => Promise<Caller>;

/** Finds out who asks, and opens the scope of one operation. Throws as {@link FindCaller} does. */
export type OpenScope = (request: FastifyRequest, reply: FastifyReply) => Promise<OperationScope>;

export function createCallerFinder(read: ReadAccessToken, permissions: Pick<PermissionCache, 'of'>): FindCaller {
  return async (authorization) => {
    const token = await read(authorization);
    if (!token) return { principal: anonymous, stale: false, userId: null, expiresAt: null };
    return { ...(await permissions.of(token.userId)), ...token };
  };
}

export function createOpenScope(findCaller: FindCaller): OpenScope {
  return async (request, reply) => {
    const caller = await findCaller(request.headers.authorization);
    return scopeFor(caller, currentRequest() ?? newRequestContext(request.headers), gone(reply));
  };
}

/** The scope of one operation of a caller. */
export function scopeFor({ principal, stale, userId, expiresAt }: Caller, { requestId, traceparent, tracestate }: RequestContext, signal: AbortSignal): OperationScope {
  return { requestId, traceparent, ...(tracestate ? { tracestate } : {}), principal, permissionsStale: stale, access: userId === null || expiresAt === null ? null : { userId, expiresAt }, signal, extensions: new Map() };
}

function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.closed) controller.abort();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
