/** One POST of a GraphQL body. Times in milliseconds. */
export interface TransportRequest {
  /** Full URL of the endpoint. */
  url: string;
  /** The identity that the server must prove by its certificate; null for a public server, to which we show no certificate. */
  identity: string | null;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
  /** Gives up early, for example because the client has gone. */
  signal?: AbortSignal;
  /** Set for a read: who reads. Such a request may share the answer of an equal one of theirs that is under way. */
  sharedBy?: string;
  /** Set for a change: who makes it. What they read from then on is asked anew. */
  changesFor?: string;
}

export interface TransportResponse {
  status: number;
  text: string;
  /** Length of the body. */
  bytes: number;
  /** Whether an equal request was under way, whose answer this is. */
  shared: boolean;
}

/**
 * Why no answer came.
 * `unreachable`: nothing was sent, so nothing can have happened. `reset`: the connection broke while we waited.
 * `timeout`: the deadline passed. `aborted`: we were asked to give up. `too-large`: the answer is beyond what is read. After these four the server
 * may have done the work.
 * `open`, `busy`: the server is left alone because it did not answer before, or has too much to do for us: nothing was sent.
 */
export type TransportFailure = 'unreachable' | 'reset' | 'timeout' | 'aborted' | 'too-large' | 'open' | 'busy';

/** Whether nothing can have happened, because nothing was sent. */
export function nothingWasSent(failure: TransportFailure): boolean {
  return failure === 'unreachable' || failure === 'open' || failure === 'busy';
}

/** Thrown by a transport when no answer came; the data sources translate it into the code that a client sees. */
export class TransportError extends Error {
  constructor(
    readonly failure: TransportFailure,
    url: string,
    options?: { cause?: unknown },
  ) {
    super(`No answer from ${url}: ${failure}.`, options);
    this.name = 'TransportError';
  }
}

/** Carries requests to subgraphs over kept-alive connections. */
export interface Transport {
  /** @throws TransportError when no complete answer came. Any HTTP status is an answer. */
  post(request: TransportRequest): Promise<TransportResponse>;
  /** Closes connections to every server that is not among these URLs, after the answers that are still awaited. */
  keepOnly(urls: Iterable<string>): void;
  close(): Promise<void>;
}
