import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { AppError, BadInputError } from '#kernel/errors';
import type { OperationScope } from '../data-sources/data-source';
import { writtenDocument, type FindDocument } from '../documents';
import type { GraphqlFront, Outcome } from './front';
import { EXPLAIN_HEADER, explaining } from './explain';
import { MULTIPART, inOne, inParts } from './incremental';
import { readAccept, type Accepted } from './media-types';
import { readOperation, type HttpOperation } from './operation-request';
import type { OpenScope } from './operation-scope';
import type { PresentError } from './present-error';

export interface GraphqlRouteOptions {
  front: GraphqlFront;
  openScope: OpenScope;
  /** Finds what is run. Left out: what is written in the request. */
  findDocument?: FindDocument;
  /** Whether there is a page to send visitors to. */
  page?: boolean;
  present: PresentError;
  /** Answers who takes a stream of events, and needs one: a subscription. */
  eventStream?: (operation: HttpOperation, request: FastifyRequest, reply: FastifyReply, scope: OperationScope) => Promise<unknown>;
  /** Whether an operation needs a stream: a client that takes JSON as well gets JSON for all others. */
  needsStream?: (operation: HttpOperation) => Promise<boolean>;
}

/**
 * `POST /graphql` and `GET /graphql` (https://graphql.github.io/graphql-over-http/draft/), the same for every front.
 *
 * No foreign page can use a visitor's rights here: who asks is said by a header that no browser sends by itself, or by a cookie that counts
 * for our own pages only (`session-cookies.ts`), a body must be
 * `application/json`, which a page may send across origins only after asking us (CORS), and GET reads only, for the page to fail to see.
 */
export function addGraphqlRoute(server: FastifyInstance, { front, openScope, findDocument = writtenDocument, page = true, present, eventStream, needsStream = async () => true }: GraphqlRouteOptions): void {
  const open = explaining(openScope);
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      if (page && isBrowserVisit(request)) return reply.redirect('/graphiql');
      const accepted = readAccept(request.headers.accept);
      const { single } = accepted;
      if (!single) return reply.code(406).send({ errors: [{ message: 'We answer application/graphql-response+json or application/json.', extensions: { code: 'BAD_USER_INPUT' } }] });
      const asked = readOperation(request);
      const scope = await open(request, reply);
      const query = findDocument(asked);
      const operation: HttpOperation = { ...asked, query: typeof query === 'string' ? query : await query };
      if (eventStream && (accepted.eventStream === 'only' || (accepted.eventStream === 'also' && (await needsStream(operation))))) {
        if (scope.trace) throw new BadInputError(EXPLAIN_HEADER, 'explains one answer: take it as JSON, not as a stream of events');
        return eventStream({ ...operation, allowed: [...operation.allowed, 'subscription'] }, request, reply, scope);
      }
      return send(reply, await front.run(operation, scope), { ...accepted, single }, scope, present);
    },
  });
}

// Somebody typed the address: they want the page, not an error about a missing query.
function isBrowserVisit({ method, url, headers: { accept } }: FastifyRequest): boolean {
  return method === 'GET' && !url.includes('?') && accept !== undefined && accept.includes('text/html');
}

async function send(reply: FastifyReply, outcome: Outcome, { single, multipart }: Accepted & { single: string }, scope: OperationScope, present: PresentError): Promise<FastifyReply> {
  const { deferred, data } = outcome;
  if (deferred && data !== undefined) {
    if (!multipart) return send(reply, await inOne(data, outcome.errors, deferred), { single, multipart, eventStream: false }, scope, present);
    // A generator that was not begun, or that stands before its loop, knows nothing of what it was to read.
    reply.raw.once('close', () => void deferred.return?.().catch(() => undefined));
    if (reply.raw.closed) await deferred.return?.();
    const parts = Readable.from(inParts(membersOf(outcome, scope, present), deferred, present, () => extensionsOf(scope)), { objectMode: false });
    return reply.type(MULTIPART).send(parts);
  }
  const status = outcome.status ?? (data === undefined && single !== 'application/json' ? 400 : 200);
  if (status === 405) void reply.header('allow', 'POST');
  if (status === 503) void reply.header('retry-after', '5');
  return reply.code(status).header('content-type', `${single}; charset=utf-8`).send(`{${membersOf(outcome, scope, present)}}`);
}

/** Members of a response in JSON, without the braces; errors first, where a reader looks first. */
function membersOf({ data, errors }: Outcome, scope: OperationScope, present: PresentError): string {
  const shown: GraphQLFormattedError[] = errors?.map((error) => present(error)) ?? [];
  const members = [
    ...(shown.length > 0 ? [`"errors":${JSON.stringify(shown)}`] : []),
    ...(data === undefined ? [] : [`"data":${data}`]),
    extensionsOf(scope),
  ];
  return members.filter(Boolean).join(',');
}

function extensionsOf({ extensions }: OperationScope): string {
  return extensions.size > 0 ? `"extensions":${JSON.stringify(Object.fromEntries(extensions))}` : '';
}

/** One operation of our own (a trusted document), answered as an object. */
export async function runTrusted(front: GraphqlFront, operation: { query: string; variables: Readonly<Record<string, unknown>> }, scope: OperationScope, present: PresentError): Promise<{ data: Record<string, unknown> | null; errors: GraphQLFormattedError[] }> {
  const outcome = await front.run({ ...operation, operationName: null, allowed: ['query', 'mutation'] }, scope);
  if (outcome.deferred) throw new AppError('INTERNAL_SERVER_ERROR', 'A trusted document defers nothing.');
  return { data: outcome.data === undefined ? null : (JSON.parse(outcome.data) as Record<string, unknown> | null), errors: outcome.errors?.map((error) => present(error)) ?? [] };
}
