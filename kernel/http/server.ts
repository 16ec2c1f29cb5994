import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type RawServerDefault } from 'fastify';
import { AppError, errorCatalogue, toGraphQLError } from '#kernel/errors';
import { newRequestContext, runWithRequest, type Logger, type Metrics, type RequestContext } from '#kernel/telemetry';
import { serverTls, type TlsFiles } from '#kernel/tls';
import { PROBES, addProbes, type Readiness } from './probes';
import { endConnectionsOnClose } from './connections';

export type InternalServer = FastifyInstance<RawServerDefault>;

export interface InternalServerOptions {
  tls: TlsFiles;
  logger: Logger;
  metrics: Metrics;
  readiness: () => Promise<Readiness>;
  /** Largest body accepted, in bytes. Default 10 MiB: entity batches are large, people's input is limited at the gateway. */
  bodyLimit?: number;
}

// The principal of somebody who works in thousands of projects; Node's own limit of 16 KiB ends at some hundred.
const MAX_HEADER_BYTES = 256 * 1024;

/** A server between rooms: mutual TLS, probes, request context. Guard every further route with {@link only}. */
export function createInternalServer(options: InternalServerOptions): InternalServer {
  const server = Fastify({
    https: { ...serverTls(options.tls), maxHeaderSize: MAX_HEADER_BYTES },
    bodyLimit: options.bodyLimit ?? 10 * 1024 * 1024,
    forceCloseConnections: 'idle',
    keepAliveTimeout: 30_000,
  }) as unknown as InternalServer;
  endConnectionsOnClose(server as unknown as FastifyInstance, 'secureConnection');
  server.addHook('onRequest', (request, _reply, done) => runWithRequest(contextOf(request.headers), done));
  measureRequests(server as unknown as FastifyInstance, options.metrics);
  server.setErrorHandler((error, _request, reply) => {
    const shown = toGraphQLError(error, (cause, incidentId) => options.logger.error({ err: cause, incidentId }, 'internal call failed'));
    return reply.code(statusOf(error)).send({ errors: [shown.toJSON()] });
  });
  addProbes(server as unknown as FastifyInstance, options.metrics, options.readiness);
  return server;
}

/** Rate, errors and duration of what peers ask. By route as it is declared, so that there are few. */
function measureRequests(server: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram('rahat_internal_request_duration_seconds', 'How long requests of other processes take.', ['route', 'status']);
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    if (!PROBES.has(route)) seconds.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}

// Only our own processes get this far: the gateway says whom it serves, and overwrites what a client claims.
function contextOf(headers: Record<string, string | string[] | undefined>): RequestContext {
  const address = headers['x-forwarded-for'];
  return { ...newRequestContext(headers), ...(typeof address === 'string' ? { clientAddress: address.slice(0, 64) } : {}) };
}

function statusOf(error: unknown): number {
  if (error instanceof AppError) return errorCatalogue[error.code].status;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 600 ? status : 500;
}

/** Listens and returns the base URL, with the port the system gave. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  await server.listen({ host, port });
  const address = server.server.address() as AddressInfo;
  return `https://${host === '0.0.0.0' ? '127.0.0.1' : host}:${address.port}`;
}
