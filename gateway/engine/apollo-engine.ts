// The only file that imports @apollo/gateway (Elastic License 2.0).
import { ApolloGateway } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { dataSourceKinds } from '../data-sources/kinds';
import type { DataSource, DataSourceDeps, DataSourceFactory, OperationScope } from '../data-sources/data-source';
import type { SubgraphDescriptor } from '../contracts';
import type { EngineFactory, Executor } from './engine';

/** Builds engines on Apollo's planner and executor, each with data sources of its own. */
export function createApolloEngineFactory(deps: DataSourceDeps, kinds: ReadonlyMap<string, DataSourceFactory> = dataSourceKinds): EngineFactory {
  return async (artifact) => {
    stayAtHome();
    const sources = new Map(artifact.subgraphs.map((descriptor) => [descriptor.name, sourceOf(descriptor, deps, kinds)]));
    const gateway = new ApolloGateway({
      supergraphSdl: artifact.sdl,
      buildService: ({ name }) => adapt(name, sources.get(name)),
      logger: quiet(deps),
      debug: false,
      serviceHealthCheck: false,
      __exposeQueryPlanExperimental: false,
      validateSupergraph: false, // the registry composed and checked it; doing it again blocks the event loop
    });
    const { schema, executor } = await gateway.load();
    return { version: artifact.version, schema, sdl: artifact.sdl, execute: withoutSilentNulls(executor) };
  };
}

// Without this the package reports to its maker, and reads nothing but the environment to decide.
function stayAtHome(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
}

function sourceOf(descriptor: SubgraphDescriptor, deps: DataSourceDeps, kinds: ReadonlyMap<string, DataSourceFactory>): DataSource {
  const create = kinds.get(descriptor.kind);
  if (!create) throw new Error(`The subgraph ${descriptor.name} is of kind ${descriptor.kind}, for which this gateway has no data source.`);
  return create(descriptor, deps);
}

function adapt(name: string, source: DataSource | undefined): { process: (options: { request: object; context: object }) => ReturnType<DataSource['process']> } {
  if (!source) throw new Error(`The supergraph names the subgraph ${name}, but no descriptor came with it.`);
  return { process: ({ request, context }) => source.process({ request, context: context as OperationScope }) };
}

// Apollo's gateway answers a missing value behind a non-null field by a null further up and mentions it in an extension only.
function withoutSilentNulls(execute: Executor): Executor {
  return async (context) => {
    const { extensions, ...result } = await execute(context);
    const missing: unknown = extensions?.valueCompletion;
    if (result.errors?.length || !Array.isArray(missing) || missing.length === 0) return result;
    return { ...result, errors: missing.filter((error): error is GraphQLError => error instanceof GraphQLError).map(asInternal) };
  };
}

function asInternal(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, { path: error.path, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
}

function quiet({ logger }: DataSourceDeps): Record<'debug' | 'info' | 'warn' | 'error', (message?: unknown) => void> {
  return {
    debug: () => undefined,
    info: (message) => logger.debug(String(message)),
    warn: (message) => logger.warn(String(message)),
    error: (message) => logger.error({ err: message }, 'the query engine complains'),
  };
}
