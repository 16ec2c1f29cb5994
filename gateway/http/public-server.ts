import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { AppError } from '#kernel/errors';
import { addProbes, endConnectionsOnClose, type Readiness } from '#kernel/http';
import { newRequestContext, runWithRequest, type Logger, type Metrics } from '#kernel/telemetry';
import type { TrustProxy } from './client-address';
import { admitOrigins } from './cors';
import { presentFailure } from './present-error';
import { refuseUnreadableBodies } from './readable-bodies';
import { dataHeaders } from './security-headers';
import { endSlowBodies } from './slow-bodies';

export interface PublicServerOptions {
  logger: Logger;
  metrics: Metrics;
  readiness: () => Promise<Readiness>;
  bodyLimit: number;
  /** Origins whose pages may call us. */
  origins: readonly string[];
  /** Left out: nobody stands between us and clients. */
  trust?: TrustProxy;
}

const RETRY_AFTER_SECONDS = 5;
/** The content of a large document from a bad network; all other bodies must be there far sooner. */
const LONGEST_REQUEST_MS = 2 * 3600_000;

/** The HTTP server that the world sees: probes, request ids, durations, and one form for every error. Routes are added by others. */
export function createPublicServer(options: PublicServerOptions): FastifyInstance {
  const server = Fastify({ bodyLimit: options.bodyLimit, trustProxy: options.trust ?? false, forceCloseConnections: 'idle', keepAliveTimeout: 72_000, requestTimeout: LONGEST_REQUEST_MS, return503OnClosing: true, routerOptions: { ignoreTrailingSlash: true } });
  const seconds = options.metrics.histogram('gateway_http_request_duration_seconds', 'How long requests of clients take.', ['method', 'route', 'status']);
  endConnectionsOnClose(server, 'connection');
  // Fastify reads text/plain as a body; for a browser that is a request without a preflight.
  server.removeContentTypeParser('text/plain');
  endSlowBodies(server);
  refuseUnreadableBodies(server);
  server.addHook('onRequest', (request, reply, done) => {
    const context = newRequestContext(request.headers);
    void reply.headers(dataHeaders).header('x-request-id', context.requestId).header('cache-control', 'no-store');
    runWithRequest(context, done);
  });
  admitOrigins(server, options.origins);
  server.addHook('onResponse', async (request, reply) => {
    seconds.observe({ method: request.method, route: routeOf(request), status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
  server.setNotFoundHandler(async () => {
    throw new AppError('NOT_FOUND', 'There is nothing at this address.');
  });
  server.setErrorHandler((error, _request, reply) => {
    const { status, error: shown } = presentFailure(error, (cause, incidentId) => options.logger.error({ err: cause, incidentId }, 'a request failed unexpectedly'));
    const retryAfter = shown.extensions?.retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : null);
    if (retryAfter !== null) void reply.header('retry-after', String(retryAfter));
    return reply.code(status).header('cache-control', 'no-store').send({ errors: [shown] });
  });
  addProbes(server, options.metrics, options.readiness);
  return server;
}

// The pattern of the route, not the address: labels of a metric must be few.
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown';
}
