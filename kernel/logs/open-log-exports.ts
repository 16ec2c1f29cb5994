import type { LogSink, Metrics } from '#kernel/telemetry';
import { createInternalClient, identity, InternalCallError, tlsFiles } from '#kernel/tls';
import { createLogExporter, RefusedLogs, type LogExporter, type SendLogs } from './log-exporter';

/** Where the receiver of core is: logs of all processes are found in one place. */
export const RECEIVER = '/internal/otlp/v1/logs';

export interface LogExportsEnv {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: Record<string, string> | undefined;
  LOG_STORE: boolean;
  CORE_URL: string;
  TLS_CA_FILE: string;
  TLS_CERT_FILE: string;
  TLS_KEY_FILE: string;
}

/** What a process says that it is. Core believes certificates instead; a collector has nothing but this. */
export interface LogResource {
  service: string;
  instance: string;
  release: string;
}

/** Where the lines of a process go besides standard output. */
export interface LogExports {
  sinks: readonly LogSink[];
  /** Lets the process tell how many lines were lost since it began. */
  measure(metrics: Metrics): void;
  /** To be closed last: it sends what the others have said while they closed. */
  close(): Promise<void>;
}

/**
 * Sends logs to core, which keeps them, and to a collector that speaks OTLP/HTTP where one is named. Each has a queue of its own, so that one
 * that is away does not hold up the other.
 * @param store how the process that keeps logs itself keeps its own; every other one calls core.
 */
export function openLogExports(env: LogExportsEnv, { service, instance, release }: LogResource, store?: SendLogs): LogExports {
  const resource = { 'service.name': service, 'service.namespace': 'rahat', 'service.instance.id': instance, 'service.version': release };
  const exporters: LogExporter[] = [];
  const closing: Array<() => Promise<void>> = [];
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT) exporters.push(createLogExporter({ resource, send: toCollector(env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_HEADERS ?? {}) }));
  if (env.LOG_STORE && store) exporters.push(createLogExporter({ resource, send: store }));
  if (env.LOG_STORE && !store) {
    const client = createInternalClient(tlsFiles(env));
    closing.push(() => client.close());
    exporters.push(createLogExporter({ resource, send: (body) => client.call<void>({ url: env.CORE_URL, path: RECEIVER, identity: identity.core, method: 'POST', body }).catch(refusedOrAway) }));
  }
  return {
    sinks: exporters,
    measure: (metrics) => {
      metrics.gauge('rahat_log_lines_lost', 'Lines of the log that were lost since the process began, because a receiver was away.', [], async (gauge) => gauge.set(exporters.reduce((sum, exporter) => sum + exporter.lost(), 0)));
    },
    close: async () => {
      await Promise.all(exporters.map((exporter) => exporter.close()));
      await Promise.all(closing.map((close) => close()));
    },
  };
}

function toCollector(endpoint: string, headers: Record<string, string>): SendLogs {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/logs`;
  return async (body) => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body), signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    if (!response.ok) throw failureOf(response.status);
  };
}

function refusedOrAway(error: unknown): never {
  throw error instanceof InternalCallError ? failureOf(error.status) : error;
}

// https://opentelemetry.io/docs/specs/otlp/#failures-1: what cannot be read now will not be read later. A receiver that does not know us yet may do so soon.
function failureOf(status: number): Error {
  return [400, 413, 422].includes(status) ? new RefusedLogs(`refused with ${status}`) : new Error(`answered ${status}`);
}
