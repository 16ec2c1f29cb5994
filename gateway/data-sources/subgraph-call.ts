import type { GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { PRINCIPAL_HEADER } from '#kernel/auth';
import { PURPOSE_HEADER } from '#kernel/http';
import { TransportError, nothingWasSent, type TransportFailure, type TransportRequest, type TransportResponse } from '../transport';
import type { ClientFacts, DataSourceDeps, FetchOutcome, ObservedCall, OperationScope, SubgraphAnswer } from './data-source';

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
  /** Told with changes, so that sign-in can be limited by address; reads are shared between equals instead. */
  client?: ClientFacts | null;
}

/**
 * `answered`: a GraphQL answer, with or without errors. `unavailable`: no usable answer, and nothing was changed by asking.
 * `unknown`: a change was sent and no usable answer came, so it may have happened.
 */
export type CallResult = { kind: 'answered'; answer: SubgraphAnswer } | { kind: 'unavailable' } | { kind: 'unknown' };

/** Asks one server. */
export async function callSubgraph(deps: DataSourceDeps, call: SubgraphCall): Promise<CallResult> {
  const started = performance.now();
  const { outcome, result, bytes = 0, shared = false } = await attempt(deps, call);
  const ms = performance.now() - started;
  deps.observe(call.subgraph, outcome, ms / 1000);
  call.observed?.({ instance: call.instance, ms, bytes, shared, outcome, code: codeOf(result) });
  return result;
}

function codeOf(result: CallResult): string | undefined {
  const code = result.kind === 'answered' ? result.answer.errors?.[0]?.extensions?.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

interface Attempt {
  outcome: FetchOutcome;
  result: CallResult;
  bytes?: number;
  shared?: boolean;
}

async function attempt(deps: DataSourceDeps, call: SubgraphCall): Promise<Attempt> {
  try {
    return read(deps, call, await deps.transport.post(requestFor(deps, call)));
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    deps.logger.warn({ err: error, subgraph: call.subgraph, url: call.url }, 'a subgraph did not answer');
    return { outcome: error.failure, result: resultOf(error.failure, call) };
  }
}

function resultOf(failure: TransportFailure, { mutation }: SubgraphCall): CallResult {
  if (mutation) return { kind: nothingWasSent(failure) ? 'unavailable' : 'unknown' };
  return failure === 'too-large' ? { kind: 'answered', answer: TOO_LARGE } : { kind: 'unavailable' };
}

const TOO_LARGE: SubgraphAnswer = { data: null, errors: [{ message: 'A service would answer more than is read. Ask for smaller pages.', extensions: { code: 'RESPONSE_TOO_LARGE' } }] };

function requestFor(deps: DataSourceDeps, call: SubgraphCall): TransportRequest {
  const { scope, body } = call;
  return {
    url: endpoint(call.url),
    identity: call.identity,
    headers: { ...forwardedHeaders(scope), ...(call.mutation ? clientHeaders(call.client) : {}), ...purposeHeader(call.client), [PRINCIPAL_HEADER]: call.token },
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

// What a client sends under these names is never forwarded: this is what we have seen ourselves.
function clientHeaders(client: ClientFacts | null | undefined): Record<string, string> {
  return client ? { 'x-forwarded-for': client.address, ...(client.agent ? { 'user-agent': client.agent } : {}) } : {};
}

function purposeHeader(client: ClientFacts | null | undefined): Record<string, string> {
  return client?.purpose ? { [PURPOSE_HEADER]: client.purpose } : {};
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
  return { outcome: 'bad-answer', result: { kind: call.mutation && !refusesUs(response.status) ? 'unknown' : 'unavailable' }, bytes, shared };
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
