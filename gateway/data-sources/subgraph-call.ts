import type { GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { PRINCIPAL_HEADER } from '#kernel/auth';
import { TransportError, type TransportFailure, type TransportRequest, type TransportResponse } from '../transport';
import type { DataSourceDeps, FetchOutcome, ObservedCall, OperationScope, SubgraphAnswer } from './data-source';

/** One request to one server of a subgraph. */
export interface SubgraphCall {
  /** Name of the subgraph, for logs and metrics. */
  subgraph: string;
  url: string;
  /** The identity that the server must prove. */
  identity: string;
  /** The signed principal for this server's audience. */
  token: string;
  /** JSON text to post. */
  body: string;
  mutation: boolean;
  scope: OperationScope;
  /** How `observed` names the server: id of an instance, or an audience. */
  instance: string;
  observed?: (call: ObservedCall) => void;
}

/**
 * `answered`: a GraphQL answer, with or without errors. `unavailable`: no usable answer, and nothing was changed by asking.
 * `unknown`: a change was sent and no usable answer came, so it may have happened.
 */
export type CallResult = { kind: 'answered'; answer: SubgraphAnswer } | { kind: 'unavailable' } | { kind: 'unknown' };

/** Asks one server. A read whose connection breaks is asked once more; a change never is. */
export async function callSubgraph(deps: DataSourceDeps, call: SubgraphCall): Promise<CallResult> {
  const started = performance.now();
  const { outcome, result, bytes = 0, shared = false } = await attempt(deps, call);
  const ms = performance.now() - started;
  deps.observe(call.subgraph, outcome, ms / 1000);
  call.observed?.({ instance: call.instance, ms, bytes, shared, outcome });
  return result;
}

interface Attempt {
  outcome: FetchOutcome;
  result: CallResult;
  bytes?: number;
  shared?: boolean;
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
  const { scope, body } = call;
  return {
    url: endpoint(call.url),
    identity: call.identity,
    headers: { ...forwardedHeaders(scope), [PRINCIPAL_HEADER]: call.token },
    body,
    timeoutMs: call.mutation ? deps.timeouts.mutationMs : deps.timeouts.queryMs,
    ...(call.mutation ? { changesFor: scope.principal.subject } : { sharedBy: scope.principal.subject, signal: scope.signal }),
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

const endpoints = new LRUCache<string, string>({ max: 1000 });

function endpoint(url: string): string {
  const known = endpoints.get(url);
  if (known) return known;
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = '/graphql';
  endpoints.set(url, parsed.href);
  return parsed.href;
}

function read(deps: DataSourceDeps, call: SubgraphCall, response: TransportResponse): Attempt {
  const answer = refusesUs(response.status) ? null : parseAnswer(response.text);
  const { bytes, shared } = response;
  if (answer) return { outcome: answer.errors?.length ? 'errors' : 'ok', result: { kind: 'answered', answer }, bytes, shared };
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
  const none = errors === undefined || errors === null || (Array.isArray(errors) && errors.length === 0); // some servers say so
  if (!none && !isErrorList(errors)) return null;
  if (!data && none) return null;
  return { data: data ?? null, ...(none ? {} : { errors: errors.map(withoutInsides) }) };
}

// `http` would set the status of our own answer; the others tell of a subgraph's insides.
// Whatever is not as the specification says (https://spec.graphql.org/October2021/#sec-Errors) is left out: only the message is sure.
function withoutInsides({ message, path, extensions: told }: WireError): GraphQLFormattedError {
  const { http: _http, stacktrace: _stacktrace, exception: _exception, ...extensions } = isObject(told) ? told : {};
  return { message, ...(isPath(path) ? { path } : {}), extensions };
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

interface WireError {
  message: string;
  path?: unknown;
  extensions?: unknown;
}

function isPath(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || Number.isInteger(step));
}

function isErrorList(value: unknown): value is WireError[] {
  return Array.isArray(value) && value.every((error) => isObject(error) && typeof error.message === 'string');
}
