import { ApolloServer, type ApolloServerPlugin, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import { AppError, errorCatalogue } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import type { OperationScope } from '../data-sources/data-source';
import type { Engine, SwappingGateway } from '../engine';
import { presentError } from './present-error';

/** The GraphQL side of the public door. Refuses with NOT_READY until the first engine is in place. */
export interface GraphqlServer {
  /** Serves this engine from now on; resolves when new requests get it. */
  serve(engine: Engine): Promise<void>;
  /** One request that came over HTTP, with everything that Apollo Server checks about it. */
  handle(request: HTTPGraphQLRequest, scope: OperationScope): Promise<HTTPGraphQLResponse>;
  /** One operation of our own (a trusted document). */
  execute(operation: { query: string; variables: Record<string, unknown> }, scope: OperationScope): Promise<FormattedExecutionResult>;
  stop(): Promise<void>;
}

export interface GraphqlServerOptions {
  gateway: SwappingGateway;
  logger: Logger;
  introspection: boolean;
  maxTokens: number;
}

/** Apollo Server over the engines. It is started by the first one: before that there is no schema to validate against. */
export function createGraphqlServer(options: GraphqlServerOptions): GraphqlServer {
  const apollo = createApollo(options);
  let started: Promise<void> | null = null;
  const ready = (): ApolloServer<OperationScope> => {
    if (options.gateway.current() && started) return apollo;
    throw new AppError('NOT_READY', 'The gateway has no supergraph to serve yet.');
  };
  return {
    serve: async (engine) => {
      options.gateway.swap(engine);
      started ??= apollo.start();
      await started;
    },
    handle: async (request, scope) => ready().executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: async () => scope }),
    execute: async (operation, scope) => {
      const { body } = await ready().executeOperation(operation, { contextValue: scope });
      if (body.kind === 'single') return body.singleResult;
      throw new Error('An incremental answer to a trusted document.');
    },
    stop: async () => {
      if (started) await apollo.stop();
    },
  };
}

function createApollo({ gateway, logger, introspection, maxTokens }: GraphqlServerOptions): ApolloServer<OperationScope> {
  return new ApolloServer<OperationScope>({
    gateway: gateway.port,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens },
    formatError: presentError((error, incidentId) => logger.error({ err: error, incidentId }, 'an operation failed unexpectedly')),
    stopOnTerminationSignals: false,
    nodeEnv: 'production', // nothing here may depend on a variable that somebody forgot to set
    logger,
    plugins: [
      showExtensions,
      failClosed,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

/** Puts what data sources had to say besides data (for example how fresh a chain index is) into the answer. */
const showExtensions: ApolloServerPlugin<OperationScope> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response }) => {
      if (contextValue.extensions.size === 0 || response.body.kind !== 'single') return;
      response.body.singleResult.extensions = { ...response.body.singleResult.extensions, ...Object.fromEntries(contextValue.extensions) };
    },
  }),
};

/** Nothing is changed on the word of permissions that core cannot confirm. */
const failClosed: ApolloServerPlugin<OperationScope> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ contextValue, operation }) => {
      if (!contextValue.permissionsStale || operation?.operation !== 'mutation') return;
      const { status } = errorCatalogue.CORE_UNAVAILABLE;
      throw new GraphQLError('The core service does not answer now: reading works, changes do not.', { extensions: { code: 'CORE_UNAVAILABLE', http: { status } } });
    },
  }),
};
