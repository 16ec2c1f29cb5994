import type { GraphQLFormattedError } from 'graphql';
import { PRINCIPAL_HEADER } from '#kernel/auth';
import { TransportError, type TransportFailure, type TransportRequest, type TransportResponse } from '../transport';
import type { DataSourceDeps, FetchOutcome, OperationScope, SubgraphAnswer } from './data-source';

/** One request to one server of a subgraph. */
export interface SubgraphCall {
  /** Name of the subgraph, for logs and metrics. */
  subgraph: string;
  url: string;
  /** The identity that the server must prove. */
  identity: string;
  /** The signed principal for this server's audience. */
  token: string;
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
  mutation: boolean;
  scope: OperationScope;
}

/**
 * `answered`: a GraphQL answer, with or without errors. `unavailable`: no usable answer, and nothing was changed by asking.
 * `unknown`: a change was sent and no usable answer came, so it may have happened.
 */
export type CallResult = { kind: 'answered'; answer: SubgraphAnswer } | { kind: 'unavailable' } | { kind: 'unknown' };

/** Asks one server. A read whose connection breaks is asked once more; a change never is. */
export async function callSubgraph(deps: DataSourceDeps, call: SubgraphCall): Promise<CallResult> {
  const started = performance.now();
  const { outcome, result } = await attempt(deps, call);
  deps.observe(call.subgraph, outcome, (performance.now() - started) / 1000);
  return result;
}

interface Attempt {
  outcome: FetchOutcome;
  result: CallResult;
}

async function attempt(deps: DataSourceDeps, call: SubgraphCall): Promise<Attempt> {
  try {
    return read(deps, call, await post(deps, call));
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    deps.logger.warn({ err: error, subgraph: call.subgraph, url: call.url }, 'a subgraph did not answer');
    return { outcome: error.failure, result: { kind: call.mutation && error.failure !== 'unreachable' ? 'unknown' : 'unavailable' } };
  }
}

async function post(deps: DataSourceDeps, call: SubgraphCall): Promise<TransportResponse> {
  const request = requestFor(deps, call);
  try {
    return await deps.transport.post(request);
  } catch (error) {
    // A server may close a kept-alive connection at the moment we use it; reading twice does no harm.
    if (call.mutation || failureOf(error) !== 'reset') throw error;
    return deps.transport.post(request);
  }
}

function failureOf(error: unknown): TransportFailure | undefined {
  return error instanceof TransportError ? error.failure : undefined;
}

function requestFor(deps: DataSourceDeps, call: SubgraphCall): TransportRequest {
  const { query, variables, operationName, scope } = call;
  return {
    url: endpoint(call.url),
    identity: call.identity,
    headers: { ...forwardedHeaders(scope), [PRINCIPAL_HEADER]: call.token },
    body: JSON.stringify(operationName ? { query, variables, operationName } : { query, variables }),
    timeoutMs: call.mutation ? deps.timeouts.mutationMs : deps.timeouts.queryMs,
    ...(call.mutation ? {} : { signal: scope.signal }),
  };
}

/** Headers that follow an operation into every subgraph. Nothing else a client sends goes further than the gateway. */
export function forwardedHeaders(scope: OperationScope): Record<string, string> {
  return {
    'x-request-id': scope.requestId,
    traceparent: scope.traceparent,
    ...(scope.tracestate ? { tracestate: scope.tracestate } : {}),
  };
}

function endpoint(url: string): string {
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = '/graphql';
  return parsed.href;
}

function read(deps: DataSourceDeps, call: SubgraphCall, response: TransportResponse): Attempt {
  const answer = refusesUs(response.status) ? null : parseAnswer(response.text);
  if (answer) return { outcome: answer.errors?.length ? 'errors' : 'ok', result: { kind: 'answered', answer } };
  const { subgraph, url } = call;
  deps.logger.error({ subgraph, url, status: response.status, body: response.text.slice(0, 500) }, 'a subgraph answered nonsense');
  return { outcome: 'bad-answer', result: { kind: call.mutation && !refusesUs(response.status) ? 'unknown' : 'unavailable' } };
}

// Our own credentials were refused: a fault between rooms, which the client must not take for its own.
function refusesUs(status: number): boolean {
  return status === 401 || status === 403;
}

function parseAnswer(text: string): SubgraphAnswer | null {
  const body = parseJson(text);
  if (!isObject(body)) return null;
  const { data, errors } = body;
  if (data !== undefined && data !== null && !isObject(data)) return null;
  if (errors !== undefined && !isErrorList(errors)) return null;
  if (!data && !errors) return null;
  return { data: data ?? null, ...(errors ? { errors: errors.map(withoutInsides) } : {}) };
}

// `http` would set the status of our own answer; the others tell of a subgraph's insides.
function withoutInsides(error: GraphQLFormattedError): GraphQLFormattedError {
  const { http: _http, stacktrace: _stacktrace, exception: _exception, ...extensions } = error.extensions ?? {};
  return { message: error.message, ...(error.path ? { path: error.path } : {}), extensions };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isErrorList(value: unknown): value is GraphQLFormattedError[] {
  return Array.isArray(value) && value.length > 0 && value.every((error) => isObject(error) && typeof error.message === 'string');
}
