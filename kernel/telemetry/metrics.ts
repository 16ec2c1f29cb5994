import { AggregatorRegistry, Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The metrics of one process in the Prometheus text format. Labels must be bounded: never an id of a person or a project. */
export interface Metrics {
  counter(name: string, help: string, labelNames?: string[]): Counter;
  /** @param collect Asked at each scrape: for what is read, not counted. What it throws leaves the last value. */
  gauge(name: string, help: string, labelNames?: string[], collect?: (gauge: Gauge) => Promise<void>): Gauge;
  /** Durations in seconds. */
  histogram(name: string, help: string, labelNames?: string[]): Histogram;
  /** What a scrape is answered. */
  text(): Promise<string>;
  /** The same as data, to be sent to another process and joined there. */
  snapshot(): Promise<MetricsSnapshot>;
}

/** The metrics of one process at one moment, as JSON. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Content type of {@link Metrics.text}. */
export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** @param labels carried by every series of this process: what tells it from others that are scraped together with it. */
export function createMetrics(labels: Readonly<Record<string, string>> = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  collectDefaultMetrics({ register: registry });
  return {
    counter: (name, help, labelNames = []) => new Counter({ name, help, labelNames, registers: [registry] }),
    gauge: (name, help, labelNames = [], collect) => {
      const gauge: Gauge = new Gauge({ name, help, labelNames, registers: [registry], ...(collect ? { collect: () => collect(gauge).catch(() => undefined) } : {}) });
      return gauge;
    },
    histogram: (name, help, labelNames = []) => new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [registry] }),
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
  };
}

/**
 * One text for several processes, each of which must carry a label of its own. Nothing is added up: a sum that loses a part when a process
 * ends would look like a counter that began anew, and the sum of two versions is none. Adding up is for who reads.
 */
export function joinMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  const joined = snapshots.map((snapshot) => snapshot.map((metric) => ({ ...metric, aggregator: 'first' as const })));
  return AggregatorRegistry.aggregate(joined).metrics();
}
