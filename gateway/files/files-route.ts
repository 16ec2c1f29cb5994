import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Pool } from 'undici';
import { AppError } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import { currentRequest } from '#kernel/telemetry';
import { clientTls, identity, type TlsFiles } from '#kernel/tls';
import type { Admit } from '../limits';

const ASKED = ['content-type', 'content-length', 'upload-offset', 'tus-resumable', 'range'];
const SHOWN = [
  'content-type', 'content-length', 'content-disposition', 'content-range', 'accept-ranges', 'content-security-policy', 'x-content-type-options',
  'upload-offset', 'upload-length', 'tus-resumable', 'cache-control',
];
/** How long the other side may be silent: people upload from where a minute without a byte is nothing unusual. */
const SILENCE_MS = 5 * 60_000;
const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH'] as const;
const TUS = { 'tus-resumable': '1.0.0', 'tus-version': '1.0.0' };

export interface FilesOptions {
  coreUrl: string;
  tls: TlsFiles;
  admit: Admit;
  logger: Logger;
}

/**
 * The content of documents: `/files/<id>?ticket=…` is passed on to core as it is, and its answer back, piece by piece: nothing is gathered here, however
 * large it is. Who may do it is decided by the ticket, which core has issued and checks. Uploads by `PUT` or tus 1.0, downloads by `GET`.
 */
export function addFilesRoute(server: FastifyInstance, { coreUrl, tls, admit, logger }: FilesOptions): { close(): Promise<void> } {
  const core = new Pool(coreUrl, { connections: 64, connect: clientTls(tls, identity.core), headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS });

  const passOn = async (request: FastifyRequest<{ Params: { id: string } }>) => {
    const { headers, method, query, params } = request;
    const { ticket = '' } = query as { ticket?: string };
    const body = method === 'PUT' || method === 'PATCH' ? (request.body as Readable) : null;
    try {
      return await core.request({
        path: `/files/${encodeURIComponent(params.id)}?ticket=${encodeURIComponent(String(ticket))}`,
        method: method as (typeof METHODS)[number],
        headers: { ...picked(headers, ASKED), ...correlation() },
        body,
      });
    } catch (error) {
      logger.warn({ err: error }, 'content could not be passed on to core');
      throw new AppError('CORE_UNAVAILABLE', 'The core service does not answer now. What was uploaded so far is kept: go on from `upload-offset`.');
    }
  };

  void server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    // Answered before all was read: what is still on its way must not be taken for the next request.
    routes.addHook('onSend', async (request, reply) => {
      if (!request.raw.complete) void reply.header('connection', 'close');
    });
    routes.options('/files/:id', async (_request, reply) => reply.code(204).headers(TUS).send());
    for (const method of METHODS) {
      routes.route<{ Params: { id: string } }>({
        method,
        url: '/files/:id',
        exposeHeadRoute: false,
        config: { patient: true },
        handler: async (request, reply) => {
          void reply.headers((await admit({ userId: null, address: request.ip })).headers);
          request.raw.setTimeout(SILENCE_MS, () => request.raw.socket.destroy());
          const answer = await passOn(request);
          void reply.code(answer.statusCode).headers(picked(answer.headers, SHOWN));
          if (method !== 'HEAD') return reply.send(answer.body);
          await answer.body.dump();
          return reply.send();
        },
      });
    }
  });
  return { close: () => core.destroy() };
}

function picked(headers: Record<string, string | string[] | undefined>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])));
}

function correlation(): Record<string, string> {
  const request = currentRequest();
  return request ? { 'x-request-id': request.requestId, traceparent: request.traceparent } : {};
}
