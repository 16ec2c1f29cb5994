import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BadInputError, NotFoundError } from '#kernel/errors';
import { only } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { Document as DocumentRow } from '../../../generated/prisma/core/client';
import { attachment } from './content/filename';
import type { Tickets } from './content/tickets';
import type { ContentReader } from './content-reader';
import type { DocumentRepository } from './document.repository';
import type { Intake } from './intake';
import type { ByteRange } from './storage/storage';

const TUS = '1.0.0';
const PIECE = 'application/offset+octet-stream';

interface ContentRequest {
  Params: { id: string };
  Querystring: { ticket?: string };
}

/**
 * The content of documents, for the gateway, which passes on what the world asks at `/files/<id>`. The ticket in the address is the only credential.
 * `GET` answers the content (one range too, RFC 9110, 14); `PUT` takes all of it; `HEAD` and `PATCH` take it in pieces (https://tus.io/protocols/resumable-upload, 1.0, core).
 */
export function mountContent(server: FastifyInstance, deps: { repository: DocumentRepository; tickets: Tickets; intake: Intake; reader: ContentReader }): void {
  const documentOf = async (request: FastifyRequest<ContentRequest>, purpose: 'upload' | 'download'): Promise<DocumentRow> => {
    deps.tickets.check(purpose, request.params.id, request.query.ticket);
    const document = await deps.repository.find(request.params.id);
    if (!document || document.status === 'DELETED' || (purpose === 'download' && document.status !== 'STORED')) throw new NotFoundError('The document');
    return document;
  };
  void server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, payload, done) => done(null, payload)); // streamed, never gathered
    routes.addHook('preHandler', only(identity.gateway));
    // Answered before all was read: what is still on its way must not be taken for the next request.
    routes.addHook('onSend', async (request, reply) => {
      if (!request.raw.complete) void reply.header('connection', 'close');
    });

    routes.head<ContentRequest>('/files/:id', { exposeHeadRoute: false }, async (request, reply) => {
      const document = await documentOf(request, 'upload');
      return tus(reply, await deps.intake.offset(document)).header('upload-length', document.size).header('cache-control', 'no-store').send();
    });
    routes.patch<ContentRequest>('/files/:id', async (request, reply) => {
      const document = await documentOf(request, 'upload');
      if (request.headers['content-type'] !== PIECE) throw new BadInputError('content-type', `must be ${PIECE}`);
      const there = await deps.intake.take(document, offsetOf(request.headers['upload-offset']), request.body as Readable);
      return tus(reply, there).code(204).send();
    });
    routes.put<ContentRequest>('/files/:id', async (request, reply) => {
      const document = await documentOf(request, 'upload');
      const there = await deps.intake.take(document, 0, request.body as Readable);
      if (there < document.size) throw new BadInputError('content', `has ${there} bytes, but ${document.size} were announced: send the rest with PATCH`);
      return tus(reply, there).code(204).send();
    });
    routes.get<ContentRequest>('/files/:id', { exposeHeadRoute: false }, async (request, reply) => {
      const document = await documentOf(request, 'download');
      const range = rangeOf(request.headers.range, document.size);
      if (range === null) return reply.code(416).header('content-range', `bytes */${document.size}`).send();
      const { start, end } = range ?? { start: 0, end: document.size - 1 };
      if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${document.size}`);
      void reply.headers({
        'content-type': document.mediaType ?? 'application/octet-stream',
        'content-length': end - start + 1,
        'content-disposition': attachment(document.filename),
        'accept-ranges': 'bytes',
        'x-content-type-options': 'nosniff',
        // Whatever it is, a browser runs nothing of it.
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, no-store',
      });
      return reply.send(Readable.from(await deps.reader.read(document, { start, end }), { objectMode: false }));
    });
  });
}

function tus(reply: FastifyReply, offset: number): FastifyReply {
  return reply.headers({ 'tus-resumable': TUS, 'upload-offset': String(offset) });
}

function offsetOf(header: string | string[] | undefined): number {
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new BadInputError('upload-offset', 'must be a number of bytes');
}

/** One range of bytes; undefined where all is asked for (or several ranges, which may be answered with all); null where there is no such range. */
function rangeOf(header: string | undefined, size: number): ByteRange | undefined | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') return to === '0' ? null : { start: Math.max(0, size - Number(to)), end: size - 1 };
  const [start, end] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
  return start <= end ? { start, end } : null;
}
