import { ApolloGateway } from '@apollo/gateway';
import { GraphQLError, getOperationAST, parse, validate, type DocumentNode, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { ClientAnswer, ClientRequest, EngineUnderTest, StartEngine } from './engine-under-test';
import { agreedMessage } from './justified';
import type { Exchange } from './subgraph';

type Executor = Awaited<ReturnType<ApolloGateway['load']>>['executor'];

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Stock `@apollo/gateway`, driven as `@apollo/server` drives it, with that package's error codes. */
export const startStock: StartEngine = async (supergraphSdl, ask) => {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: SILENT,
    buildService: ({ name }) => ({
      process: ({ request: { query = '', variables = {}, operationName }, context }) => ask({ subgraph: name, query, variables, operationName }, context as Exchange) as never,
    }),
  });
  const { schema, executor } = await gateway.load();
  const engine: EngineUnderTest = {
    ask: (request, exchange) => answer(schema, executor, request, exchange),
    close: () => gateway.stop(),
  };
  return engine;
};

async function answer(schema: GraphQLSchema, executor: Executor, request: ClientRequest, exchange: Exchange): Promise<ClientAnswer> {
  const document = read(request.query);
  if (document instanceof GraphQLError) return refused([document], 'GRAPHQL_PARSE_FAILED');
  const invalid = validate(schema, document);
  if (invalid.length > 0) return refused(invalid, 'GRAPHQL_VALIDATION_FAILED');
  const operation = getOperationAST(document, request.operationName);
  if (!operation) return refused([new GraphQLError(request.operationName ? `Unknown operation named "${request.operationName}".` : 'Must provide operation name if query contains multiple operations.')], 'OPERATION_RESOLUTION_FAILURE');
  try {
    const result = await executor({
      request,
      document,
      operation,
      operationName: request.operationName ?? null,
      queryHash: request.query,
      source: request.query,
      context: exchange,
      schema,
      metrics: {},
      logger: SILENT,
    } as unknown as Parameters<Executor>[0]);
    const unsaid = (result.extensions?.valueCompletion ?? []) as GraphQLError[];
    return { ...('data' in result ? { data: fromWire(result.data) } : {}), errors: presented(result.errors ?? []), unsaid: presented(unsaid) };
  } catch (error) {
    return refused([error instanceof GraphQLError ? error : new GraphQLError(String(error))], 'INTERNAL_SERVER_ERROR');
  }
}

function read(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function refused(errors: readonly GraphQLError[], code: string): ClientAnswer {
  return { errors: presented(errors, code), unsaid: [] };
}

function presented(errors: readonly Error[], fallback?: string): GraphQLFormattedError[] {
  return errors.map((error) => {
    const plain = (error instanceof GraphQLError ? fromWire(error) : { message: error.message }) as GraphQLFormattedError;
    const code = plain.extensions?.code ?? fallback ?? (/^Variable "\$/.test(plain.message) ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR');
    return { ...plain, ...(error instanceof GraphQLError ? { message: agreedMessage(error, code) } : {}), extensions: { ...plain.extensions, code } };
  });
}

function fromWire(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
