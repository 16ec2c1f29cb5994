import type { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { identityOf, matchesIdentity } from '#kernel/tls';

/** The proven identity of the caller, or null when it showed no certificate of our authority. */
export function callerOf(request: FastifyRequest): string | null {
  const socket = request.raw.socket as TLSSocket;
  if (!socket.authorized) return null;
  return identityOf(socket.getPeerCertificate().subjectaltname);
}

/** A route's guard: admits only callers of the given identities (a trailing `/*` matches all below); others get 403 and no word more. */
export function only(...patterns: string[]): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const caller = callerOf(request);
    if (caller && patterns.some((pattern) => matchesIdentity(caller, pattern))) return;
    await reply.code(403).send({ errors: [{ message: 'This service answers its own peers only.', extensions: { code: 'UNAUTHENTICATED' } }] });
  };
}
