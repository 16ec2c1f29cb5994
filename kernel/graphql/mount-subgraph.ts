import { ApolloServer, HeaderMap, type BaseContext } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PRINCIPAL_HEADER, type Principal } from '#kernel/auth';
import { formatGraphQLError } from '#kernel/errors';
import { only } from '#kernel/http';
import type { Logger } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import type { Subgraph } from './build-subgraph';

/** What every resolver finds in its context. */
export interface SubgraphContextBase extends BaseContext {
  principal: Principal;
}

export interface MountOptions<C extends SubgraphContextBase> {
  subgraph: Subgraph;
  logger: Logger;
  /** Verifies the principal header for this service's audience. */
  verify: (token: string | undefined) => Promise<Principal>;
  /** Adds what the rooms' resolvers need, made anew for each request (loaders). */
  context: (principal: Principal) => C;
}

const SDL_ONLY = /^\s*(query\s*\w*\s*)?\{\s*_service\s*\{\s*sdl\s*\}\s*\}\s*$/;

/**
 * Serves a subgraph at `POST /graphql`: to the gateway with a signed principal; to the worker for `{ _service { sdl } }` only.
 * Returns the Apollo server, to be stopped at shutdown.
 */
export async function mountSubgraph<C extends SubgraphContextBase>(server: FastifyInstance, options: MountOptions<C>): Promise<ApolloServer<C>> {
  const report = (error: unknown, incidentId: string): void => options.logger.error({ err: error, incidentId }, 'a resolver failed');
  const apollo = new ApolloServer<C>({
    schema: options.subgraph.schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    formatError: formatGraphQLError(report),
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    csrfPrevention: false, // mutual TLS: no browser ever speaks to a subgraph
  });
  await apollo.start();
  server.post('/graphql', { preHandler: only(identity.gateway, identity.worker) }, async (request, reply) => {
    if (isSdlRead(request)) return { data: { _service: { sdl: options.subgraph.sdl } } };
    const principal = await options.verify(header(request, PRINCIPAL_HEADER));
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: headerMap(request), search: '', body: request.body },
      context: async () => options.context(principal),
    });
    for (const [name, value] of response.headers) void reply.header(name, value);
    return reply.code(response.status ?? 200).send(response.body.kind === 'complete' ? response.body.string : '');
  });
  return apollo;
}

function isSdlRead(request: FastifyRequest): boolean {
  const body = request.body as { query?: unknown } | null;
  return typeof body?.query === 'string' && SDL_ONLY.test(body.query);
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function headerMap(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  return headers;
}
