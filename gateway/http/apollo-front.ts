import { ApolloServer, HeaderMap, type ApolloServerOptionsWithGateway, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, buildSchema, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Logger } from '#kernel/telemetry';
import type { OperationScope } from '../data-sources/data-source';
import type { Engine, EngineLease, SwappingEngine } from '../engine';
import { kindRefusal, leaseFrom, releasing, type GraphqlFront, type OperationRequest, type Outcome } from './front';

export interface ApolloFrontOptions {
  engines: Pick<SwappingEngine, 'lease' | 'current' | 'onSwap'>;
  logger: Logger;
  introspection: boolean;
  /** Whether messages may suggest names. Left out: where introspection is allowed. */
  suggestions?: boolean;
  maxTokens: number;
  /** Added to ours: the reason to choose this front. */
  plugins?: ApolloServerPlugin<ApolloContext>[];
}

/** What plugins find in the context. */
export interface ApolloContext extends BaseContext {
  scope: OperationScope;
}

interface Running extends ApolloContext {
  request: OperationRequest;
  lease: EngineLease;
  /** An object of its own: Apollo Server copies the context. */
  came: { outcome: Outcome | null; failure?: unknown };
}

type GatewayPort = ApolloServerOptionsWithGateway<ApolloContext>['gateway'];

/**
 * Apollo Server as the front, for its plugins. It parses and validates by itself and then hands the operation to the engine; the answer passes by it
 * as text. Slower than the thin front, and it needs the schema as an object, which blocks while it is built.
 */
export function createApolloFront(options: ApolloFrontOptions): GraphqlFront {
  const { engines } = options;
  const schemas = new WeakMap<Engine, GraphQLSchema>();
  const schemaOf = (engine: Engine): GraphQLSchema => {
    const known = schemas.get(engine) ?? buildSchema(engine.apiSdl, { assumeValid: true });
    schemas.set(engine, known);
    return known;
  };
  let stopListening: () => void = () => undefined;
  const gateway: GatewayPort = {
    onSchemaLoadOrUpdate: (listener) => {
      stopListening = engines.onSwap((engine) => listener({ apiSchema: schemaOf(engine), coreSupergraphSdl: engine.apiSdl }));
      const current = engines.current();
      if (current) listener({ apiSchema: schemaOf(current), coreSupergraphSdl: current.apiSdl });
      return stopListening;
    },
    load: async () => ({
      executor: async ({ context, request }: { context: unknown; request: { query?: string; operationName?: string } }) => {
        const running = context as Running;
        try {
          running.came.outcome = await execute(running, request.query ?? '', request.operationName ?? null);
        } catch (error) {
          running.came.failure = error; // it is about the request, which Apollo Server does not know
        }
        return { data: null };
      },
    }),
    stop: async () => stopListening(),
  } as GatewayPort;
  const apollo = createServer(gateway, options);
  let started: Promise<void> | null = null;

  return {
    run: async (request, scope) => {
      const lease = leaseFrom(engines);
      const running: Running = { scope, request, lease, came: { outcome: null } };
      try {
        // What is beyond a limit must not reach Apollo Server, which reads and validates on the serving thread.
        const planned = await lease.engine.plan(request.query, request.operationName);
        if (!planned.ok) return { errors: planned.errors };
        started ??= apollo.start();
        await started;
        const { query, operationName, variables } = request;
        const http = { method: 'POST', headers: new HeaderMap(), search: '', body: {} };
        const { body } = await apollo.executeOperation({ query, variables: { ...variables }, http, ...(operationName === null ? {} : { operationName }) }, { contextValue: running });
        if (running.came.failure) throw running.came.failure;
        if (running.came.outcome) return running.came.outcome;
        if (body.kind !== 'single') throw new Error('Apollo Server answers in parts only what we never give it.');
        const errors: readonly GraphQLFormattedError[] = body.singleResult.errors ?? [];
        return { errors };
      } finally {
        if (!running.came.outcome?.deferred) lease.release();
      }
    },
    stop: async () => {
      if (started) await apollo.stop();
    },
  };
}

async function execute({ request, scope, lease }: Running, query: string, operationName: string | null): Promise<Outcome> {
  const planned = await lease.engine.plan(query, operationName);
  if (!planned.ok) return { errors: planned.errors };
  const refusal = kindRefusal(planned.operation, request, scope);
  if (refusal) return refusal;
  const { data, errors, deferred } = await lease.engine.execute(planned.operation, { variables: request.variables, scope });
  if (data === null) return { errors };
  return { data, errors, ...(deferred ? { deferred: releasing(deferred, lease) } : {}) };
}

function createServer(gateway: GatewayPort, { logger, introspection, suggestions = introspection, maxTokens, plugins = [] }: ApolloFrontOptions): ApolloServer<ApolloContext> {
  return new ApolloServer<ApolloContext>({
    gateway,
    introspection,
    hideSchemaDetailsFromClientErrors: !suggestions,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false, // the route sees to it, for both fronts
    allowBatchedHttpRequests: false,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens },
    formatError: (formatted, error) => (error instanceof GraphQLError && error.extensions.code ? formatted : { ...formatted, extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    stopOnTerminationSignals: false,
    nodeEnv: 'production', // nothing here may depend on a variable that somebody forgot to set
    logger,
    plugins: [
      ...plugins,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
