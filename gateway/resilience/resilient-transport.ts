import { BrokenCircuitError, BulkheadRejectedError, CircuitState, CountBreaker, bulkhead, circuitBreaker, handleWhen } from 'cockatiel';
import { TIMEOUT_HEADER } from '#kernel/http';
import type { Logger } from '#kernel/telemetry';
import { TransportError, type Transport, type TransportFailure, type TransportRequest, type TransportResponse } from '../transport';

export interface ResilienceOptions {
  /** Requests that one server is asked at the same time. */
  concurrency: number;
  /** Requests that wait for their turn at one server; more are refused. */
  queue: number;
  logger: Logger;
  /** A read is asked again. */
  retried?(): void;
  /** A request was not sent. */
  refused?(why: 'open' | 'busy'): void;
  /** So many servers are not asked, because they did not answer. */
  brokenChanged?(count: number): void;
}

/** One server: its breaker, its turns, and how many reads may be repeated for it. */
interface Server {
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Takes one repetition, if there is one. */
  mayRetry(): boolean;
  /** It is no more: it counts as broken no longer. */
  forget(): void;
}

const RETRIES = 2;
const FIRST_DELAY_MS = 25;
/** Repetitions that may follow each other at once; each request adds a tenth: what is overloaded is not asked twice as much. */
const MOST_RETRIES = 10;
const RETRIES_PER_REQUEST = 0.1;
/** Of the last 20 requests more than half had no answer: the server is left alone for a second, and then tried with one. */
const BREAKER = { size: 20, threshold: 0.5, minimumNumberOfCalls: 10 };
const LEFT_ALONE_MS = 1000;

const TROUBLE: ReadonlySet<TransportFailure> = new Set(['unreachable', 'reset', 'timeout']);
const WORTH_REPEATING: ReadonlySet<TransportFailure> = new Set(['unreachable', 'reset']);
const failureOf = (error: unknown): TransportFailure | null => (error instanceof TransportError ? error.failure : null);
const isTrouble = (error: Error): boolean => TROUBLE.has(failureOf(error) ?? 'aborted');
// The server, or a proxy before it, says that it cannot answer now.
const isAway = ({ status }: TransportResponse): boolean => status >= 502 && status <= 504;

/**
 * A transport that keeps one server’s trouble from becoming everybody’s: it asks each only so much at a time, leaves it alone while it does not
 * answer, and repeats reads, never changes. Every request carries how long its answer is waited for.
 */
export function createResilientTransport(transport: Transport, options: ResilienceOptions): Transport {
  const servers = new Map<string, Server>();
  const broken = new Set<string>();
  const serverAt = (url: string): Server => {
    const known = servers.get(url);
    if (known) return known;
    const fresh = createServer(url, transport, options, (isBroken) => {
      if (isBroken) broken.add(url);
      else broken.delete(url);
      options.brokenChanged?.(broken.size);
    });
    servers.set(url, fresh);
    return fresh;
  };

  async function read(server: Server, request: TransportRequest): Promise<TransportResponse> {
    const until = performance.now() + request.timeoutMs;
    let asked = request;
    for (let attempt = 0; ; attempt++) {
      const last = attempt === RETRIES;
      try {
        const response = await server.send(asked);
        if (last || !isAway(response) || !server.mayRetry()) return response;
      } catch (error) {
        const failure = failureOf(error);
        if (last || failure === null || !WORTH_REPEATING.has(failure) || request.signal?.aborted || !server.mayRetry()) throw error;
      }
      await delay(Math.random() * FIRST_DELAY_MS * 2 ** attempt); // all of it is chance, so that many who failed together do not come back together
      const left = until - performance.now();
      if (left <= 0) throw new TransportError('timeout', request.url);
      asked = { ...request, timeoutMs: left };
      options.retried?.();
    }
  }

  return {
    post: (request) => {
      const server = serverAt(request.url);
      return request.changesFor === undefined ? read(server, request) : server.send(request);
    },
    keepOnly: (urls) => {
      const origins = new Set([...urls].map((url) => new URL(url).origin));
      for (const [url, server] of servers) {
        if (origins.has(new URL(url).origin)) continue;
        servers.delete(url);
        server.forget();
      }
      transport.keepOnly(origins);
    },
    close: () => transport.close(),
  };
}

function createServer(url: string, transport: Transport, { concurrency, queue, logger, refused }: ResilienceOptions, changed: (isBroken: boolean) => void): Server {
  const turns = bulkhead(concurrency, queue);
  const breaker = circuitBreaker(handleWhen(isTrouble).orWhenResult((response) => isAway(response as TransportResponse)), { halfOpenAfter: LEFT_ALONE_MS, breaker: new CountBreaker(BREAKER) });
  let retries = MOST_RETRIES;
  breaker.onStateChange((state) => {
    if (state === CircuitState.HalfOpen) return;
    logger.warn({ url, state: CircuitState[state] }, state === CircuitState.Open ? 'a server does not answer and is left alone' : 'a server answers again');
    changed(state === CircuitState.Open);
  });
  const refusal = (why: 'open' | 'busy'): TransportError => {
    refused?.(why);
    return new TransportError(why, url);
  };
  return {
    send: async (request) => {
      // While one request tries whether the server is back, others do not wait for it.
      if (breaker.state === CircuitState.HalfOpen) throw refusal('open');
      retries = Math.min(MOST_RETRIES, retries + RETRIES_PER_REQUEST);
      const asked = performance.now();
      try {
        return await breaker.execute(() => turns.execute(() => transport.post(withDeadline(request, asked, refusal))));
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw refusal('open');
        if (error instanceof BulkheadRejectedError) throw refusal('busy');
        throw error;
      }
    },
    mayRetry: () => {
      if (retries < 1) return false;
      retries -= 1;
      return true;
    },
    forget: () => changed(false),
  };
}

/** The request as it is sent when its turn has come. */
function withDeadline(request: TransportRequest, asked: number, refusal: (why: 'busy') => TransportError): TransportRequest {
  const timeoutMs = Math.ceil(request.timeoutMs - (performance.now() - asked));
  if (timeoutMs <= 0) throw refusal('busy');
  return { ...request, timeoutMs, headers: { ...request.headers, [TIMEOUT_HEADER]: String(timeoutMs) } };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
