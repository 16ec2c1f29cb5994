import { TransportError, type Transport, type TransportRequest, type TransportResponse } from './transport';

// They tie log lines together and decide nothing: everything else that is forwarded may change an answer, and is part of the question.
const CORRELATING = new Set(['x-request-id', 'traceparent', 'tracestate']);

/** One request under way, with those who wait for its answer. */
interface UnderWay {
  answer: Promise<TransportResponse>;
  waiting: number;
  giveUp(): void;
}

/**
 * Lets equal reads of one caller that are under way at the same time share one request. A change of theirs closes what is under way, when it
 * is sent and when it is done: a read that begins after it is never answered from before it. Only text is shared.
 */
export function shareReads(transport: Transport): Transport {
  const byReader = new Map<string, Map<string, UnderWay>>();

  function start(reader: string, question: string, request: TransportRequest): UnderWay {
    const { signal: _signal, ...rest } = request;
    const abort = new AbortController();
    const entries = byReader.get(reader) ?? new Map<string, UnderWay>();
    byReader.set(reader, entries);
    const fresh: UnderWay = { answer: transport.post({ ...rest, signal: abort.signal }), waiting: 0, giveUp: () => abort.abort() };
    entries.set(question, fresh);
    const forget = (): void => {
      if (entries.get(question) === fresh) entries.delete(question);
      if (entries.size === 0 && byReader.get(reader) === entries) byReader.delete(reader);
    };
    fresh.answer.then(forget, forget);
    return fresh;
  }

  async function read(reader: string, request: TransportRequest): Promise<TransportResponse> {
    const question = questionOf(request);
    const known = byReader.get(reader)?.get(question);
    const underWay = known ?? start(reader, question, request);
    underWay.waiting += 1;
    try {
      const response = await patiently(underWay.answer, request);
      return known ? { ...response, shared: true } : response;
    } finally {
      underWay.waiting -= 1;
      if (underWay.waiting === 0) {
        underWay.giveUp(); // nobody is left to read it
        if (byReader.get(reader)?.get(question) === underWay) byReader.get(reader)?.delete(question);
      }
    }
  }

  async function change(by: string, request: TransportRequest): Promise<TransportResponse> {
    byReader.delete(by);
    try {
      return await transport.post(request);
    } finally {
      byReader.delete(by);
    }
  }

  return {
    ...transport,
    post: (request) => {
      if (request.sharedBy !== undefined) return read(request.sharedBy, request);
      return request.changesFor === undefined ? transport.post(request) : change(request.changesFor, request);
    },
  };
}

function questionOf({ url, identity, headers, body }: TransportRequest): string {
  const telling = Object.keys(headers).filter((name) => !CORRELATING.has(name)).sort();
  return [url, identity ?? '', ...telling.map((name) => `${name}=${headers[name] ?? ''}`), body].join('\n');
}

/** Waits as long as this reader may, which need not be as long as the others. */
function patiently(answer: Promise<TransportResponse>, { signal, timeoutMs, url }: TransportRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      stop();
      reject(new TransportError('aborted', url));
    };
    const timer = setTimeout(() => {
      stop();
      reject(new TransportError('timeout', url));
    }, timeoutMs).unref();
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    answer.then(
      (response) => {
        stop();
        resolve(response);
      },
      (error: unknown) => {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
