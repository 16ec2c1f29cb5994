import type { FastifyReply, FastifyRequest } from 'fastify';
import { anonymous, type Principal } from '#kernel/auth';
import { AppError, BadInputError } from '#kernel/errors';
import { PURPOSE_HEADER } from '#kernel/http';
import { currentRequest, newRequestContext, type RequestContext } from '#kernel/telemetry';
import type { ClientFacts, OperationScope } from '../data-sources/data-source';
import { readApiKey, unauthenticated, type Access, type AccessToken, type KnownPrincipal, type PermissionCache, type ReadAccessToken, type RevokedSessions } from '../identity';
import { unlimited, type Admission, type Admit } from '../limits';
import type { SessionCookies } from './session-cookies';

/** Who asks, by which token or key. */
export interface Caller extends KnownPrincipal {
  /** Null for anonymous callers. */
  access: Access | null;
}

/** Who the bearer of a valid token, or of an API key, is now. @throws AppError UNAUTHENTICATED when the session has ended, CORE_UNAVAILABLE when nobody knows what its user may do. */
export type CallerOf = (access: Access | null) => Promise<Caller>;

/**
 * Finds out who asks, from an `Authorization` header.
 * @throws AppError UNAUTHENTICATED for a token that does not hold, and CORE_UNAVAILABLE when it holds but nobody knows what its user may do.
 */
export type FindCaller = (authorization: string | undefined) => Promise<Caller>;

/** Finds out who asks, lets them in, and opens the scope of one operation. Throws as {@link FindCaller} and {@link Admit} do. */
export type OpenScope = (request: FastifyRequest, reply: FastifyReply) => Promise<OperationScope>;

export function createCallerOf(permissions: Pick<PermissionCache, 'of'>, revoked: Pick<RevokedSessions, 'has'>): CallerOf {
  // The same object while token and permissions are the same, because signed principals are cached by it.
  const made = new WeakMap<AccessToken, { from: Principal; principal: Principal }>();
  return async (access) => {
    if (!access) return { principal: anonymous, stale: false, access: null };
    if (access.sessionId !== null && revoked.has(access.sessionId)) throw unauthenticated();
    const known = await permissions.of(access.userId);
    if (access.sessionId === null) return { principal: known.principal, stale: known.stale, access: { ...access, expiresAt: known.validUntil ?? access.expiresAt } };
    const before = made.get(access);
    const principal = before?.from === known.principal ? before.principal : inSession(known.principal, access);
    made.set(access, { from: known.principal, principal });
    return { principal, stale: known.stale, access };
  };
}

function inSession(principal: Principal, { sessionId, authenticatedAt, secondFactor }: AccessToken): Principal {
  return { ...principal, sessionId, authenticatedAt, secondFactor };
}

/** Takes a token that has ended for none: for those who come to get a new one. */
export function forAnyone(findCaller: FindCaller): FindCaller {
  return async (authorization) => {
    try {
      return await findCaller(authorization);
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return findCaller(undefined);
      throw error;
    }
  };
}

export function createCallerFinder(read: ReadAccessToken, callerOf: CallerOf): FindCaller {
  return async (authorization) => {
    const key = readApiKey(authorization);
    return callerOf(key === null ? await read(authorization) : { userId: key, sessionId: null, expiresAt: Number.MAX_SAFE_INTEGER });
  };
}

/** Reads what the caller shows from the `Authorization` header, else from `x-api-key`, else from the session cookie. */
export function createOpenScope(findCaller: FindCaller, cookies: Pick<SessionCookies, 'authorization'>, admit: Admit = unlimited): OpenScope {
  return async (request, reply) => {
    const { caller, admission } = await admitCaller(credentialsOf(request) ?? cookies.authorization(request), request.ip, findCaller, admit);
    void reply.headers(admission.headers);
    return { ...scopeFor(caller, currentRequest() ?? newRequestContext(request.headers), gone(reply), clientOf(request)), pay: admission.pay };
  };
}

/** Finds out who asks, and lets them in. Tokens that do not hold are counted for the address that they come from. */
export async function admitCaller(authorization: string | undefined, address: string, findCaller: FindCaller, admit: Admit): Promise<{ caller: Caller; admission: Admission }> {
  try {
    const caller = await findCaller(authorization);
    return { caller, admission: await admit({ userId: caller.access && caller.principal.subject, address }) };
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') await admit({ userId: null, address });
    throw error;
  }
}

/** An API key may also come in a header of its own. */
function credentialsOf({ headers: { authorization, 'x-api-key': apiKey } }: FastifyRequest): string | undefined {
  return authorization === undefined && typeof apiKey === 'string' ? `Bearer ${apiKey}` : authorization;
}

/** The scope of one operation of a caller. */
export function scopeFor({ principal, stale, access }: Caller, { requestId, traceparent, tracestate }: RequestContext, signal: AbortSignal, client?: ClientFacts | null): OperationScope {
  return { requestId, traceparent, ...(tracestate ? { tracestate } : {}), principal, permissionsStale: stale, access, client, signal, extensions: new Map() };
}

function clientOf({ ip, headers }: FastifyRequest): ClientFacts {
  return { address: ip, agent: headers['user-agent']?.slice(0, 200) ?? null, purpose: purposeOf(headers[PURPOSE_HEADER]) };
}

// A short code, not a text: it stands in the audit log.
const PURPOSE = /^[\w .:/-]{1,100}$/;

/** @throws BadInputError for what is no code. */
function purposeOf(header: string | string[] | undefined): string | null {
  if (header === undefined || header === '') return null;
  if (typeof header === 'string' && PURPOSE.test(header)) return header;
  throw new BadInputError(PURPOSE_HEADER, 'must be 1 to 100 letters, digits, blanks, dots, colons, slashes or dashes');
}

function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.closed) controller.abort();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
