import { Pool } from 'undici';
import { currentRequest } from '#kernel/telemetry';
import { clientTls, type TlsFiles } from './options';

/** One call to another room. `identity` is who must answer; times in milliseconds. */
export interface InternalCall {
  url: string;
  path: string;
  identity: string;
  method?: 'GET' | 'POST' | 'PUT';
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** A failed internal call: status 0 when no answer came. Not an AppError: clients must not read of our insides. */
export class InternalCallError extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
    call: InternalCall,
  ) {
    super(`${call.method ?? 'GET'} ${call.path} of ${call.identity} answered ${status || 'nothing'}: ${body.slice(0, 300)}`);
  }
}

/** JSON over mutual TLS with kept-alive connections, one small pool for each server. */
export interface InternalClient {
  call<T>(call: InternalCall): Promise<T>;
  close(): Promise<void>;
}

export function createInternalClient(files: TlsFiles): InternalClient {
  const pools = new Map<string, Pool>();
  const poolOf = (url: string, expected: string): Pool => {
    const key = `${url} ${expected}`;
    const pool = pools.get(key) ?? new Pool(url, { connections: 4, connect: clientTls(files, expected), keepAliveTimeout: 10_000 });
    pools.set(key, pool);
    return pool;
  };
  return {
    call: (call) => send(poolOf(call.url, call.identity), call),
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

async function send<T>(pool: Pool, call: InternalCall): Promise<T> {
  const signal = AbortSignal.timeout(call.timeoutMs ?? 5000);
  // undici minds the signal only once it has a connection; the deadline must hold for a server that does not even accept one.
  const late = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(new InternalCallError(0, 'too late', call)), { once: true }));
  late.catch(() => undefined);
  return Promise.race([exchange<T>(pool, call, signal), late]);
}

// The request that the call is a part of is the same in both rooms: their log lines are found together.
function ofRequest(): Record<string, string> {
  const request = currentRequest();
  return request ? { 'x-request-id': request.requestId, traceparent: request.traceparent } : {};
}

async function exchange<T>(pool: Pool, call: InternalCall, signal: AbortSignal): Promise<T> {
  try {
    const response = await pool.request({
      path: call.path,
      method: call.method ?? 'GET',
      headers: { ...ofRequest(), ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal,
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new InternalCallError(response.statusCode, text, call);
    return (text ? JSON.parse(text) : undefined) as T;
  } catch (error) {
    if (error instanceof InternalCallError) throw error;
    throw new InternalCallError(0, error instanceof Error ? error.message : String(error), call);
  }
}
