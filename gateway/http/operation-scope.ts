import type { FastifyReply, FastifyRequest } from 'fastify';
import { anonymous } from '#kernel/auth';
import { currentRequest, newRequestContext, type RequestContext } from '#kernel/telemetry';
import type { OperationScope } from '../data-sources/data-source';
import { readApiKey, type KnownPrincipal, type PermissionCache, type ReadAccessToken } from '../identity';

/** Who asks, by which token. */
export interface Caller extends KnownPrincipal {
  /** A user id, or `key:<hash>` for the bearer of an API key; null for anonymous callers. */
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
    const key = readApiKey(authorization);
    if (key) {
      const known = await permissions.of(key);
      return { ...known, userId: key, expiresAt: known.validUntil ?? Number.MAX_SAFE_INTEGER };
    }
    const token = await read(authorization);
    if (!token) return { principal: anonymous, stale: false, userId: null, expiresAt: null };
    return { ...(await permissions.of(token.userId)), ...token };
  };
}

export function createOpenScope(findCaller: FindCaller): OpenScope {
  return async (request, reply) => {
    const caller = await findCaller(credentialsOf(request));
    return scopeFor(caller, currentRequest() ?? newRequestContext(request.headers), gone(reply));
  };
}

/** An API key may also come in a header of its own. */
function credentialsOf({ headers: { authorization, 'x-api-key': apiKey } }: FastifyRequest): string | undefined {
  return authorization === undefined && typeof apiKey === 'string' ? `Bearer ${apiKey}` : authorization;
}

/** The scope of one operation of a caller. */
export function scopeFor({ principal, stale, userId, expiresAt }: Caller, { requestId, traceparent, tracestate }: RequestContext, signal: AbortSignal): OperationScope {
  return { requestId, traceparent, ...(tracestate ? { tracestate } : {}), principal, permissionsStale: stale, access: userId === null || expiresAt === null ? null : { userId, expiresAt }, signal, extensions: new Map() };
}

function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
