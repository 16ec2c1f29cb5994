import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '#kernel/errors';
import { runTrusted, statusOfCode, type GraphqlFront, type OpenScope, type PresentError } from '../http';
import type { RestDocument } from './document';
import { variablesOf } from './variables';

export interface RestOptions {
  documents: readonly RestDocument[];
  front: GraphqlFront;
  present: PresentError;
  openScope: OpenScope;
  /** Whether core can take on work now; asked before anything is sent. */
  coreReady: () => Promise<boolean>;
}

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
        const scope = await options.openScope(request, reply);
        const variables = variablesOf(document, request);
        if (!(await options.coreReady())) throw new AppError('NOT_READY', 'The core service cannot take requests now; nothing was sent.');
        return send(reply, document, await runTrusted(options.front, { query: document.query, variables }, scope, options.present));
      },
    });
  }
}

function send(reply: FastifyReply, document: RestDocument, { data, errors }: Awaited<ReturnType<typeof runTrusted>>): FastifyReply {
  const value = data && Object.hasOwn(data, document.key) ? data[document.key] : null;
  if (value !== null && value !== undefined) return reply.code(document.status).send(value);
  if (errors.length === 0) throw new AppError('NOT_FOUND', 'There is no such thing.');
  const status = statusOfCode(errors[0]?.extensions?.code);
  if (status === 503) void reply.header('retry-after', '5');
  return reply.code(status).send({ errors });
}
