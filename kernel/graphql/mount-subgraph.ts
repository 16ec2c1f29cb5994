import { ApolloServer, HeaderMap, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { PRINCIPAL_HEADER, type Principal } from '#kernel/auth';
import { formatGraphQLError, parseInput } from '#kernel/errors';
import { PURPOSE_HEADER, deadlineOf, only } from '#kernel/http';
import { currentRequest, type Logger } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import type { Subgraph } from './build-subgraph';

/** What every resolver finds in its context. */
export interface SubgraphContextBase extends BaseContext {
  principal: Principal;
}

export interface MountOptions<C extends SubgraphContextBase, E = never> {
  subgraph: Subgraph;
  logger: Logger;
  /** Verifies the principal header for this service's audience. */
  verify: (token: string | undefined) => Promise<Principal>;
  /**
   * Adds what the rooms' resolvers need, made anew for each request (loaders). `event` is what the root field of a subscription is to
   * tell of; null otherwise, also where the gateway only asks whether the caller may subscribe.
   */
  context: (principal: Principal, event: E | null, client: ClientFacts) => C;
  /** Finds the event of `extensions: { event: { id } }`; null when it is not, or no longer, known. Without it there are no subscriptions. */
  eventById?: (id: string) => Promise<E | null>;
}

/** From where a client asks, as the gateway saw it. Personal data: for limits and for the user's own eyes, not for logs. */
export interface ClientFacts {
  address: string | null;
  /** The `User-Agent`, cut to 200 characters. */
  agent: string | null;
  /** What the client says that it asks for: a short code, recorded where personal data is read. */
  purpose: string | null;
}

/** How a subscription is answered event by event (docs/architecture.md); `undefined` for every other operation. */
const eventSchema = z.object({ id: z.string().min(1).max(100) }).nullish();

const SDL_ONLY = /^\s*(query\s*\w*\s*)?\{\s*_service\s*\{\s*sdl\s*\}\s*\}\s*$/;

/**
 * Serves a subgraph at `POST /graphql`: to the gateway with a signed principal; to the worker for `{ _service { sdl } }` only.
 * Returns the Apollo server, to be stopped at shutdown.
 */
export async function mountSubgraph<C extends SubgraphContextBase, E = never>(server: FastifyInstance, options: MountOptions<C, E>): Promise<ApolloServer<C>> {
  const report = (error: unknown, incidentId: string): void => options.logger.error({ err: error, incidentId }, 'a resolver failed');
  const apollo = new ApolloServer<C>({
    schema: options.subgraph.schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    formatError: formatGraphQLError(report),
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled(), subscriptionsNeedAnEvent],
    csrfPrevention: false, // mutual TLS: no browser ever speaks to a subgraph
  });
  await apollo.start();
  const gatewayOnly = only(identity.gateway);
  server.post('/graphql', { preHandler: only(identity.gateway, identity.worker) }, async (request, reply) => {
    if (isSdlRead(request)) return { data: { _service: { sdl: options.subgraph.sdl } } };
    await gatewayOnly(request, reply); // a principal is worth nothing on a connection of anybody else
    if (reply.sent) return reply;
    const deadline = deadlineOf(request, reply);
    const running = currentRequest();
    if (running) running.signal = deadline.signal; // for `givenUpWhenLate` in build-subgraph.ts
    const principal = await options.verify(header(request, PRINCIPAL_HEADER));
    const asked = parseInput(eventSchema, extensionsOf(request)?.event, 'extensions.event');
    const event = asked ? ((await options.eventById?.(asked.id)) ?? null) : null;
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: headerMap(request), search: '', body: request.body },
      context: async () => options.context(principal, event, clientOf(request)),
    });
    deadline.done();
    for (const [name, value] of response.headers) void reply.header(name, value);
    return reply.code(response.status ?? 200).send(response.body.kind === 'complete' ? response.body.string : '');
  });
  return apollo;
}

// Apollo Server would run a subscription like a query, and a query with an event would silently lack it.
const subscriptionsNeedAnEvent: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, request }) => {
      const subscribes = operation?.operation === 'subscription';
      if (subscribes === (request.extensions?.event !== undefined)) return;
      const message = `extensions.event: ${subscribes ? 'must say which event the subscription is to tell of' : 'is for subscriptions only'}`;
      throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', field: 'extensions.event', http: { status: 400 } } });
    },
  }),
};

function extensionsOf(request: FastifyRequest): { event?: unknown } | undefined {
  return (request.body as { extensions?: { event?: unknown } } | null)?.extensions;
}

function isSdlRead(request: FastifyRequest): boolean {
  const body = request.body as { query?: unknown } | null;
  return typeof body?.query === 'string' && SDL_ONLY.test(body.query);
}

// Only the gateway gets this far, and it overwrites what a client claims.
function clientOf(request: FastifyRequest): ClientFacts {
  return { address: header(request, 'x-forwarded-for') ?? null, agent: header(request, 'user-agent')?.slice(0, 200) ?? null, purpose: header(request, PURPOSE_HEADER) ?? null };
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
