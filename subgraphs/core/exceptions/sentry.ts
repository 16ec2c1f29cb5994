import { randomUUID } from 'node:crypto';
import type { Exception } from './exception.intake';
import { framesOf, type Frame } from './stack';

/** Where exceptions go besides our own database. */
export interface SentryForwarder {
  /** Never waits and never throws: what cannot be sent is lost, since we have it ourselves. */
  forward(exception: Exception, fingerprint: string): void;
  close(): Promise<void>;
}

export interface SentryOptions {
  /** `https://<key>@<host>/<project>`. */
  dsn: string;
  /** For example `production`. */
  environment: string;
}

/** On their way at one time; more are not sent. */
const MOST_UNDER_WAY = 20;
const TIMEOUT_MS = 5000;

/** Sends exceptions to Sentry, or to whatever speaks its envelopes: https://develop.sentry.dev/sdk/data-model/envelopes/ */
export function createSentryForwarder({ dsn, environment }: SentryOptions): SentryForwarder {
  const { username: key, protocol, host, pathname } = new URL(dsn);
  const [, prefix = '', project = ''] = /^(.*)\/([^/]+)$/.exec(pathname) ?? [];
  const url = `${protocol}//${host}${prefix}/api/${project}/envelope/`;
  const headers = { 'content-type': 'application/x-sentry-envelope', 'x-sentry-auth': `Sentry sentry_version=7, sentry_client=rahat/1, sentry_key=${key}` };
  const underWay = new Set<Promise<void>>();
  return {
    forward: (exception, fingerprint) => {
      if (underWay.size >= MOST_UNDER_WAY) return;
      const body = envelopeOf({ ...eventOf(exception, fingerprint), environment });
      const sending = fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) })
        .then(async (response) => response.body?.cancel())
        .catch(() => undefined)
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    close: async () => {
      await Promise.all(underWay);
    },
  };
}

function envelopeOf(event: ReturnType<typeof eventOf> & { environment: string }): string {
  return [{ event_id: event.event_id, sent_at: new Date().toISOString() }, { type: 'event' }, event].map((part) => JSON.stringify(part)).join('\n');
}

/** https://develop.sentry.dev/sdk/data-model/event-payloads/ — ids of ours as tags, nobody's user, no request. */
function eventOf(exception: Exception, fingerprint: string) {
  const { at, room, instance, release, severity, type, message, stack, projectId, incidentId, correlationId, traceId } = exception;
  const tags = { room, fingerprint, project: projectId, incident: incidentId, correlation: correlationId };
  return {
    event_id: randomUUID().replaceAll('-', ''),
    timestamp: at.toISOString(),
    platform: 'node',
    level: severity >= 21 ? 'fatal' : severity >= 17 ? 'error' : 'warning',
    ...(release ? { release: `rahat@${release}` } : {}),
    ...(instance ? { server_name: instance } : {}),
    ...(traceId ? { contexts: { trace: { trace_id: traceId, span_id: traceId.slice(0, 16), type: 'trace' } } } : {}),
    fingerprint: [fingerprint],
    tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== null)),
    exception: { values: [{ type, value: message, stacktrace: { frames: framesOf(stack).reverse().map(frameOf) } }] },
  };
}

function frameOf({ function: name, file, line, column, own }: Frame) {
  return { function: name, filename: file, ...(line === null ? {} : { lineno: line }), ...(column === null ? {} : { colno: column }), in_app: own };
}
