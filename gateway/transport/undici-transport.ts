import { Pool, buildConnector, errors, type Dispatcher } from 'undici';
import { clientTls, type TlsFiles } from '#kernel/tls';
import { TransportError, type Transport, type TransportFailure, type TransportRequest, type TransportResponse } from './transport';

const CONNECTIONS_PER_SERVER = 64;
// Shorter than the 30 s of our servers: the client lets go first, so that few requests meet a socket that is being closed.
const KEEP_ALIVE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3000;
const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;

/** Marks failures from before the first byte of a request: only these prove that nothing was sent. */
class ConnectFailure extends Error {}

interface Endpoint {
  origin: string;
  path: string;
  secure: boolean;
}

/** Transport on one undici pool for each server and expected identity. */
export function createUndiciTransport(tls: TlsFiles, { largestAnswer = LARGEST_ANSWER_BYTES }: { largestAnswer?: number } = {}): Transport {
  const pools = new Map<string, Pool>();
  const endpoints = new Map<string, Endpoint>();
  const poolFor = (origin: string, identity: string | null): Pool => {
    const key = `${origin} ${identity ?? ''}`;
    const known = pools.get(key);
    if (known) return known;
    const pool = openPool(origin, identity === null ? {} : clientTls(tls, identity), largestAnswer);
    pools.set(key, pool);
    return pool;
  };
  const endpointOf = (url: string): Endpoint => {
    const known = endpoints.get(url);
    if (known) return known;
    const { origin, pathname, search, protocol } = new URL(url);
    const fresh = { origin, path: pathname + search, secure: protocol === 'https:' };
    endpoints.set(url, fresh);
    return fresh;
  };
  return {
    post: async (request) => {
      const { origin, path, secure } = endpointOf(request.url);
      if (request.identity !== null && !secure) throw new TransportError('unreachable', origin);
      return exchange(poolFor(origin, request.identity), { origin, path, secure }, request);
    },
    keepOnly: (urls) => {
      const origins = new Set([...urls].map((url) => endpointOf(url).origin));
      for (const [url, { origin }] of endpoints) if (!origins.has(origin)) endpoints.delete(url);
      for (const [key, pool] of pools) {
        if (origins.has(key.slice(0, key.indexOf(' ')))) continue;
        pools.delete(key);
        void pool.close();
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

function openPool(origin: string, tls: buildConnector.BuildOptions, maxResponseSize: number): Pool {
  const connect = buildConnector({ ...tls, timeout: CONNECT_TIMEOUT_MS });
  return new Pool(origin, {
    connections: CONNECTIONS_PER_SERVER,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize,
    connect: (options, callback) =>
      connect(options, (error, socket) => (error ? callback(new ConnectFailure(error.message, { cause: error }), null) : callback(null, socket))),
  });
}

/** One exchange on the pool's lowest interface: an answer is a few chunks of text, for which streams would cost more than the rest. */
function exchange(pool: Pool, { origin, path }: Endpoint, request: TransportRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    const chunks: Buffer[] = [];
    let status = 0;
    let controller: Dispatcher.DispatchController | null = null;
    let ended = false;
    const end = (settle: () => void): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const fail = (failure: TransportFailure, cause?: unknown): void => end(() => reject(new TransportError(failure, origin, { cause })));
    // A request that still waits for a connection is left behind here, and given up as soon as it would be sent.
    const giveUp = (failure: TransportFailure): void => {
      fail(failure);
      controller?.abort(new Error(failure));
    };
    const onAbort = (): void => giveUp('aborted');
    const timer = setTimeout(() => giveUp('timeout'), request.timeoutMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    pool.dispatch(
      { path, method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', ...request.headers }, body: request.body },
      {
        onRequestStart: (started) => {
          controller = started;
          if (ended) started.abort(new Error('given up'));
        },
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => end(() => resolve(responseOf(status, chunks))),
        onResponseError: (_controller, error) => fail(failureOf(error), error),
      },
    );
  });
}

function responseOf(status: number, chunks: readonly Buffer[]): TransportResponse {
  const [only] = chunks;
  const body = only && chunks.length === 1 ? only : Buffer.concat(chunks);
  return { status, text: body.toString('utf8'), bytes: body.length, shared: false };
}

function failureOf(error: unknown): TransportFailure {
  if (error instanceof ConnectFailure) return 'unreachable';
  return error instanceof errors.ResponseExceededMaxSizeError ? 'too-large' : 'reset';
}
