import type { FastifyInstance } from 'fastify';
import { PURPOSE_HEADER } from '#kernel/http';
import { EXPLAIN_HEADER } from './explain';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const HEADERS = `content-type, authorization, idempotency-key, last-event-id, apollo-require-preflight, x-request-id, ${PURPOSE_HEADER}, traceparent, tracestate, tus-resumable, upload-offset, range, ${EXPLAIN_HEADER}`;
const SHOWN = 'x-request-id, retry-after, ratelimit, ratelimit-policy, tus-resumable, upload-offset, upload-length, content-disposition, content-range';
const PREFLIGHT_SECONDS = '600';

/**
 * Lets pages of the named origins call us from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol), with their access token or
 * with the session cookie (`session-cookies.ts`).
 */
export function admitOrigins(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const admitted = new Set(origins.map((origin) => new URL(origin).origin));
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !admitted.has(origin)) return;
    void reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true').header('access-control-expose-headers', SHOWN);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    await reply.code(204).header('access-control-allow-methods', METHODS).header('access-control-allow-headers', HEADERS).header('access-control-max-age', PREFLIGHT_SECONDS).send();
  });
}
