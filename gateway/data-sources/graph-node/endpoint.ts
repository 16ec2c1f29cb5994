import { z } from 'zod';
import { PRINCIPAL_HEADER } from '#kernel/auth';
import { identity } from '#kernel/tls';
import { TransportError, type TransportRequest, type TransportResponse } from '../../transport';
import type { DataSourceDeps, FetchOutcome, ObservedCall, OperationScope } from '../data-source';
import { forwardedHeaders } from '../subgraph-call';
import type { EndpointRequest } from './document';

/** A well-formed answer of an endpoint. graph-node gives no data beside errors, but its state. */
export interface EndpointAnswer {
  data: Record<string, unknown>;
  errors: readonly string[];
}

/** Where a graph is served. */
export interface Endpoint {
  /** Null when no usable answer came. */
  ask(request: EndpointRequest, scope: OperationScope, observe?: (call: ObservedCall) => void): Promise<EndpointAnswer | null>;
}

export interface EndpointOptions {
  /** Name of the subgraph, for logs and metrics. */
  subgraph: string;
  url: string;
  /** `internal`: our own chain process; it must prove that, and is told who asks. `public`: somebody else's; it is told nothing of ours. */
  tls: 'internal' | 'public';
}

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string() })).nullish(),
});

export function createEndpoint(options: EndpointOptions, deps: DataSourceDeps): Endpoint {
  const { subgraph, url, tls } = options;
  const requestFor = async (request: EndpointRequest, scope: OperationScope): Promise<TransportRequest> => ({
    url,
    identity: tls === 'internal' ? identity.chain : null,
    headers: tls === 'internal' ? { ...forwardedHeaders(scope), [PRINCIPAL_HEADER]: await deps.tokens.forService(scope.principal, 'chain') } : {},
    body: JSON.stringify(request),
    timeoutMs: deps.timeouts.queryMs,
    sharedBy: scope.principal.subject,
    signal: scope.signal,
  });
  return {
    ask: async (request, scope, observe) => {
      const started = performance.now();
      const { outcome, answer, bytes = 0, shared = false } = await attempt(await requestFor(request, scope), subgraph, deps);
      const ms = performance.now() - started;
      deps.observe(subgraph, outcome, ms / 1000);
      observe?.({ instance: subgraph, ms, bytes, shared, outcome });
      return answer;
    },
  };
}

interface Attempt {
  outcome: FetchOutcome;
  answer: EndpointAnswer | null;
  bytes?: number;
  shared?: boolean;
}

async function attempt(request: TransportRequest, subgraph: string, deps: DataSourceDeps): Promise<Attempt> {
  try {
    const response = await deps.transport.post(request);
    const answer = read(response);
    const { bytes, shared } = response;
    if (answer) return { outcome: answer.errors.length > 0 ? 'errors' : 'ok', answer, bytes, shared };
    deps.logger.error({ subgraph, status: response.status, body: response.text.slice(0, 500) }, 'a chain endpoint answered nonsense');
    return { outcome: 'bad-answer', answer: null, bytes, shared };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    deps.logger.warn({ err: error, subgraph }, 'a chain endpoint did not answer');
    return { outcome: error.failure, answer: null };
  }
}

function read({ status, text }: TransportResponse): EndpointAnswer | null {
  if (status === 401 || status === 403) return null;
  const parsed = answerSchema.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { data } = parsed.data;
  const errors = parsed.data.errors ?? [];
  if (!data && errors.length === 0) return null;
  return { data: data ?? {}, errors: errors.map(({ message }) => message) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
