import { graphql, type GraphQLSchema } from 'graphql';
import { createPrincipalVerifier, type Principal } from '#kernel/auth';
import { createInternalServer, listen, only, type InternalServer } from '#kernel/http';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { identity, type TlsFiles } from '#kernel/tls';

/** What resolvers of a test service see. */
export interface ServiceContext {
  principal: Principal;
}

/** A GraphQL request that a test service was sent. */
export interface Served {
  query: string;
  variables: Record<string, unknown>;
  headers: Record<string, unknown>;
  principal: Principal;
}

/** A real server over mutual TLS that answers the gateway from a schema, after checking the principal for its audience. */
export interface TestService {
  server: InternalServer;
  url: string;
  served: Served[];
  /** Awaited before each answer. */
  hold: Promise<unknown>;
  stop(): Promise<void>;
}

export interface TestServiceOptions {
  tls: TlsFiles;
  publicKeyFile: string;
  audience: string;
  schema: GraphQLSchema;
  ready?: () => boolean;
  port?: number;
  mount?: (server: InternalServer) => void;
}

export async function startService(options: TestServiceOptions): Promise<TestService> {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const readiness = async () => ({ ready: options.ready?.() ?? true });
  const server = createInternalServer({ tls: options.tls, logger, metrics: createMetrics(), readiness });
  const verify = createPrincipalVerifier(options.publicKeyFile, options.audience);
  const service: TestService = { server, url: '', served: [], hold: Promise.resolve(), stop: async () => server.close() };
  server.post('/graphql', { preHandler: only(identity.gateway) }, async (request) => {
    const principal = await verify(String(request.headers['x-rahat-principal']));
    const { query, variables } = request.body as { query: string; variables: Record<string, unknown> };
    service.served.push({ query, variables, headers: request.headers, principal });
    await service.hold;
    return graphql({ schema: options.schema, source: query, variableValues: variables, contextValue: { principal } });
  });
  options.mount?.(server);
  service.url = await listen(server as never, '127.0.0.1', options.port ?? 0);
  return service;
}
