import { Pool, buildConnector } from 'undici';
import { clientTls, type TlsFiles } from '#kernel/tls';
import { TransportError, type Transport, type TransportFailure, type TransportRequest, type TransportResponse } from './transport';

const CONNECTIONS_PER_SERVER = 64;
// Shorter than the 30 s of our servers: the client lets go first, so that few requests meet a socket that is being closed.
const KEEP_ALIVE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Marks failures from before the first byte of a request: only these prove that nothing was sent. */
class ConnectFailure extends Error {}

/** Transport on one undici pool for each server and expected identity. */
export function createUndiciTransport(tls: TlsFiles): Transport {
  const pools = new Map<string, Pool>();
  const poolFor = (origin: string, identity: string | null): Pool => {
    const key = `${origin} ${identity ?? ''}`;
    const known = pools.get(key);
    if (known) return known;
    const pool = openPool(origin, identity === null ? {} : clientTls(tls, identity));
    pools.set(key, pool);
    return pool;
  };
  return {
    post: async (request) => {
      const url = new URL(request.url);
      if (request.identity !== null && url.protocol !== 'https:') throw new TransportError('unreachable', url.origin);
      return exchange(poolFor(url.origin, request.identity), url, request);
    },
    keepOnly: (urls) => {
      const origins = new Set([...urls].map((url) => new URL(url).origin));
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

function openPool(origin: string, tls: buildConnector.BuildOptions): Pool {
  const connect = buildConnector({ ...tls, timeout: CONNECT_TIMEOUT_MS });
  return new Pool(origin, {
    connections: CONNECTIONS_PER_SERVER,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: LARGEST_ANSWER_BYTES,
    connect: (options, callback) =>
      connect(options, (error, socket) => (error ? callback(new ConnectFailure(error.message, { cause: error }), null) : callback(null, socket))),
  });
}

async function exchange(pool: Pool, url: URL, request: TransportRequest): Promise<TransportResponse> {
  const deadline = startDeadline(request);
  try {
    // A signal reaches a request only after it has a connection; one that still waits for it is left behind, and never sent.
    return await Promise.race([send(pool, url, request, deadline.signal), deadline.expired]);
  } catch (error) {
    throw new TransportError(deadline.reason() ?? failureOf(error), url.origin, { cause: error });
  } finally {
    deadline.stop();
  }
}

async function send(pool: Pool, url: URL, request: TransportRequest, signal: AbortSignal): Promise<TransportResponse> {
  const response = await pool.request({
    path: url.pathname + url.search,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...request.headers },
    body: request.body,
    signal,
  });
  return { status: response.statusCode, text: await response.body.text() };
}

interface Deadline {
  signal: AbortSignal;
  /** Rejects when we give up. */
  expired: Promise<never>;
  /** Set when it was we who gave up. */
  reason: () => TransportFailure | undefined;
  stop: () => void;
}

function startDeadline(request: TransportRequest): Deadline {
  const controller = new AbortController();
  let reason: TransportFailure | undefined;
  const giveUp = (why: TransportFailure): void => {
    reason ??= why;
    controller.abort();
  };
  const expired = new Promise<never>((_resolve, reject) => controller.signal.addEventListener('abort', () => reject(controller.signal.reason)));
  const onAbort = (): void => giveUp('aborted');
  const timer = setTimeout(() => giveUp('timeout'), request.timeoutMs);
  if (request.signal?.aborted) onAbort();
  request.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    expired,
    reason: () => reason,
    stop: () => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
    },
  };
}

function failureOf(error: unknown): TransportFailure {
  return error instanceof ConnectFailure ? 'unreachable' : 'reset';
}
