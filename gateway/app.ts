import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createPrincipalSigner } from '#kernel/auth';
import type { Closers } from '#kernel/lifecycle';
import type { Logger } from '#kernel/telemetry';
import { createInternalClient, tlsFiles } from '#kernel/tls';
import type { Place } from './cluster';
import type { DataSourceDeps } from './data-sources/data-source';
import { sourceOf } from './data-sources/kinds';
import { openDocuments } from './documents';
import { createEngine, createSwappingEngine, startCompilerThread } from './engine';
import type { GatewayEnv } from './env';
import { addFilesRoute } from './files';
import { addGraphiqlRoute, addGraphqlRoute, addJwksRoute, createApolloFront, createCallerFinder, createCallerOf, createOpenScope, createPublicServer, createSessionCookies, createThinFront, forAnyone, presentError, trustProxies } from './http';
import { createAccessKeys, createAccessTokenReader, createPermissionCache, createPrincipalTokens, createRevokedSessions } from './identity';
import { guardEngine, guardOptions, openClientLimits, operationLimits } from './limits';
import { createGatewayMetrics } from './metrics';
import { connectRedis } from './redis';
import { createCoreClient, createCoreStream, createFeedLine, createLastGood, createRegistry, createRoutes } from './registry';
import { createResilientTransport } from './resilience';
import { addRestRoutes, readRestDocuments } from './rest';
import { addWebSocket, createEventStream, createFeed, createMessages, kindOf, subscriptionFields } from './realtime';
import { createUndiciTransport, shareReads } from './transport';

const KEYS_REFRESH_MS = 5 * 60_000;

/** Wires the gateway: everything that depends on something else is seen to do so here. Serves on return; nothing listens yet. */
export async function createGateway(env: GatewayEnv, { logger, metrics, turn }: Place & { logger: Logger }, closers: Closers): Promise<FastifyInstance> {
  const tls = tlsFiles(env);
  const meters = createGatewayMetrics(metrics);
  const gatewayId = env.GATEWAY_ID || randomUUID();

  const internal = createInternalClient(tls);
  closers.add('internal client', () => internal.close());
  const connections = createUndiciTransport(tls, { largestAnswer: env.SUBGRAPH_MAX_RESPONSE_BYTES });
  const transport = createResilientTransport(connections, { concurrency: env.SUBGRAPH_CONCURRENCY, queue: env.SUBGRAPH_QUEUE, logger, ...meters.resilience });
  closers.add('transport', () => transport.close());
  const core = createCoreClient(internal, env.CORE_URL);
  const copies = createLastGood(join(env.STATE_DIR, 'gateway'), logger);

  const keys = createAccessKeys({ fetch: core.jwks, copies, logger });
  const permissions = createPermissionCache({ fetch: core.permissions, maxStaleMs: env.PERMISSIONS_MAX_STALE_SECONDS * 1000, logger });
  const tokens = createPrincipalTokens(createPrincipalSigner(env.PRINCIPAL_PRIVATE_KEY_FILE));
  const revoked = createRevokedSessions();
  const callerOf = createCallerOf(permissions, revoked);
  const findCaller = createCallerFinder(createAccessTokenReader(keys), callerOf);
  const cookies = createSessionCookies(env.CORS_ORIGINS);
  const redis = env.REDIS_URL ? connectRedis(env.REDIS_URL, logger) : null;
  closers.add('redis', () => redis?.disconnect());
  const admit = openClientLimits(env, { redis, logger, refused: meters.refused });
  const findDocument = openDocuments(env, { redis, logger }, closers);
  const openScope = createOpenScope(findCaller, cookies, admit);

  const routes = createRoutes(core.route);
  const timeouts = { queryMs: env.QUERY_TIMEOUT_MS, mutationMs: env.MUTATION_TIMEOUT_MS };
  const deps: DataSourceDeps = { transport: env.GATEWAY_SHARE_READS ? shareReads(transport) : transport, routes, tokens, timeouts, logger, observe: meters.fetched };
  const limits = operationLimits(env);
  const guard = guardOptions(env, meters.refused);
  const trust = trustProxies(env.TRUST_PROXY);
  const engines = createSwappingEngine();
  closers.add('engines', () => engines.close());
  const front = env.GATEWAY_FRONT === 'apollo' ? createApolloFront({ engines, logger, ...limits }) : createThinFront(engines);
  closers.add('front', () => front.stop());
  const present = presentError((error, incidentId) => logger.error({ err: error, incidentId }, 'an operation failed unexpectedly'));

  const feed = createFeed({ open: createFeedLine(tls, env.CORE_URL), logger });
  closers.add('feed', () => feed.close());
  let fields = subscriptionFields([]);
  const subscribing = { engines, feed, front, present, logger, fields: () => fields, callerOf, counted: meters.subscribed, delivered: meters.delivered };
  const messages = createMessages(subscribing);
  const events = createEventStream(messages);
  let subgraphUrls: string[] = [];
  const dropUnusedConnections = (): void => transport.keepOnly([...subgraphUrls, ...routes.urls()]);
  const registry = createRegistry({
    core,
    open: createCoreStream(tls, env.CORE_URL, gatewayId),
    copies,
    gatewayId,
    logger,
    onSupergraph: async (artifact) => {
      const leave = await turn.take();
      try {
        await meters.swapping(artifact.version, async () => {
          const warm = engines.current()?.hotOperations() ?? [];
          const engine = await createEngine(artifact, { source: (descriptor) => sourceOf(descriptor, deps), limits, startCompiler: startCompilerThread, warm });
          await engines.swap(guardEngine(engine, guard));
        });
      } finally {
        leave();
      }
      fields = subscriptionFields(artifact.subgraphs);
      subgraphUrls = artifact.subgraphs.flatMap(({ url }) => url ?? []);
      dropUnusedConnections();
    },
    onRoutes: (table) => {
      routes.replace(table);
      meters.routes(table.version);
      dropUnusedConnections();
    },
    onPermissions: permissions.invalidate,
    onSessionsRevoked: revoked.add,
    onConnected: (connected) => {
      permissions.setConnected(connected);
      if (connected) void keys.refresh();
    },
  });

  let closing = false;
  const server = createPublicServer({
    logger,
    metrics,
    bodyLimit: env.BODY_LIMIT_BYTES,
    origins: env.CORS_ORIGINS,
    trust,
    readiness: async () => {
      const state = registry.state();
      return { ready: !closing && state.supergraphVersion !== null, detail: { ...state, closing } };
    },
  });
  addGraphqlRoute(server, { front, openScope, findDocument, page: env.GRAPHIQL, present, eventStream: events.answer, needsStream: async (operation) => (await kindOf({ engines }, operation)) === 'subscription' });
  const sockets = addWebSocket(server.server, { messages, findCaller, findDocument, admit, trust, kindOf: (operation) => kindOf({ engines }, operation), maxMessage: env.BODY_LIMIT_BYTES });
  if (env.GRAPHIQL) addGraphiqlRoute(server, { examples: join(env.RAHAT_ROOT, 'gateway/examples'), page: join(env.RAHAT_ROOT, 'gateway/graphiql') });
  addJwksRoute(server, keys);
  const files = addFilesRoute(server, { coreUrl: env.CORE_URL, tls, admit, logger });
  closers.add('files', () => files.close());
  addRestRoutes(server, { documents: readRestDocuments(join(env.RAHAT_ROOT, 'gateway/rest')), front, present, openScope, openScopeForAnyone: createOpenScope(forAnyone(findCaller), cookies, admit), cookies, coreReady: core.ready });
  closers.add('http server', () => server.close());
  closers.add('subscriptions', async () => {
    await Promise.all([events.close(), sockets.close()]);
  });

  await keys.load();
  await registry.start();
  closers.add('registry', () => registry.stop());
  const refreshing = setInterval(() => void keys.refresh(), KEYS_REFRESH_MS);
  closers.add('key refresh', () => clearInterval(refreshing));
  closers.add('readiness', async () => {
    closing = true; // load balancers look first, then the door closes
    await new Promise((resolve) => setTimeout(resolve, env.DRAIN_MS));
  });
  return server;
}
