import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What ties together the log lines, calls and events of one request. */
export interface RequestContext {
  /** Given by the client in `x-request-id`, or made by us. Also the correlation id of events and audit entries. */
  requestId: string;
  /** The job that the work is done in, and the event that it is done for. */
  jobId?: string;
  eventId?: string;
  /** https://www.w3.org/TR/trace-context/ */
  traceparent: string;
  tracestate?: string;
  /** Of the client that changes something, as the gateway saw it. */
  clientAddress?: string;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal;
}

const storage = new AsyncLocalStorage<RequestContext>();
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Reads the ids from headers; whatever is missing or malformed is made anew (a client must not write into our logs). */
export function newRequestContext(headers: Record<string, string | string[] | undefined> = {}): RequestContext {
  const requestId = text(headers['x-request-id']);
  const traceparent = text(headers.traceparent);
  const tracestate = text(headers.tracestate);
  return {
    requestId: requestId && REQUEST_ID.test(requestId) ? requestId : randomUUID(),
    traceparent: traceparent && TRACEPARENT.test(traceparent) ? traceparent : `00-${digits(32)}-${digits(16)}-01`,
    ...(tracestate && tracestate.length <= 512 ? { tracestate } : {}),
  };
}

/** Runs work as part of a request. */
export function runWithRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Runs a part of what is under way (or work that begins of itself) under more ids: what it logs and writes carries them. */
export function runWithin<T>(ids: Partial<Pick<RequestContext, 'requestId' | 'jobId' | 'eventId'>>, work: () => T): T {
  return storage.run({ ...(storage.getStore() ?? newRequestContext()), ...ids }, work);
}

/** The request that the running code belongs to, if any. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Random digits from the UUIDs that Node draws ahead, many at a time: drawing a few bytes costs more than the rest of a context. */
function digits(length: 16 | 32): string {
  return randomUUID().replaceAll('-', '').slice(-length);
}
