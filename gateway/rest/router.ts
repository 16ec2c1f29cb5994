import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/errors';
import { runTrusted, statusOfCode, type GraphqlFront, type OpenScope, type PresentError, type SessionCookies } from '../http';
import type { RestDocument } from './document';
import { cookieTokensIn } from './cookie-tokens';
import { variablesOf } from './variables';

export interface RestOptions {
  documents: readonly RestDocument[];
  front: GraphqlFront;
  present: PresentError;
  openScope: OpenScope;
  /** As `openScope`, but whoever holds a token that has ended is nobody: they come to get a new one. */
  openScopeForAnyone: OpenScope;
  cookies: SessionCookies;
  /** Whether core can take on work now; asked before anything is sent. */
  coreReady: () => Promise<boolean>;
}

type Answer = Awaited<ReturnType<typeof runTrusted>>;

/**
 * Serves trusted documents as REST endpoints. The body of a success is the value of the document's root field; errors have the form
 * that they have everywhere (`errors[].extensions.code`), under the HTTP status of the first one's code.
 */
export function addRestRoutes(server: FastifyInstance, options: RestOptions): void {
  for (const document of options.documents) {
    server.route({
      method: document.method,
      url: document.path,
      handler: async (request, reply) => {
        const scope = await (document.cookies ? options.openScopeForAnyone : options.openScope)(request, reply);
        const variables = variablesOf(document, request, refreshTokenFor(document, request, options.cookies));
        if (!(await options.coreReady())) throw new AppError('NOT_READY', 'The core service cannot take requests now; nothing was sent.');
        return send(reply, document, await runTrusted(options.front, { query: document.query, variables }, scope, options.present), options.cookies);
      },
    });
  }
}

function refreshTokenFor(document: RestDocument, request: FastifyRequest, cookies: SessionCookies): string | undefined {
  if (!document.cookies || !document.variables.has('refreshToken')) return undefined;
  const token = cookies.refreshToken(request);
  if (token === undefined && document.variables.get('refreshToken')?.required) throw new AppError('UNAUTHENTICATED', 'There is no session cookie; sign in first.');
  return token;
}

function send(reply: FastifyReply, document: RestDocument, { data, errors }: Answer, cookies: SessionCookies): FastifyReply {
  const value = data && Object.hasOwn(data, document.key) ? data[document.key] : null;
  if (value !== null && value !== undefined) return reply.code(document.status).send(inCookies(reply, document, value, cookies));
  if (errors.length === 0) throw new AppError('NOT_FOUND', 'There is no such thing.');
  const { code, retryAfterSeconds } = errors[0]?.extensions ?? {};
  const status = statusOfCode(code);
  if (status === 503 || status === 429) void reply.header('retry-after', String(retryAfterSeconds ?? 5));
  // A refresh token that does not hold never will again.
  if (code === 'UNAUTHENTICATED' && document.cookies && document.variables.has('refreshToken')) cookies.clear(reply);
  return reply.code(status).send({ errors });
}

function inCookies(reply: FastifyReply, document: RestDocument, value: unknown, cookies: SessionCookies): unknown {
  if (document.cookies === 'clear') cookies.clear(reply);
  if (document.cookies !== 'set') return document.cookies ? { done: value } : value;
  const { tokens, shown } = cookieTokensIn(value);
  cookies.set(reply, tokens);
  return shown;
}
