import type { ErrorCode } from '#kernel/errors';
import type { Metrics } from '#kernel/telemetry';
import type { FetchOutcome } from './data-sources/data-source';

/** What the gateway measures besides HTTP requests. Labels are names of subgraphs and outcomes, never ids. */
export interface GatewayMetrics {
  /** One fetch from a subgraph; seconds. */
  fetched(subgraph: string, outcome: FetchOutcome, seconds: number): void;
  /** Runs a swap to a supergraph version and records how it went. Rethrows. */
  swapping(version: number, swap: () => Promise<void>): Promise<void>;
  /** The version of the route table in force. */
  routes(version: number): void;
  /** A subscription began (1) or ended (-1). */
  subscribed(change: 1 | -1): void;
  /** An event was told to a subscriber. */
  delivered(): void;
  /** What is told of how servers of subgraphs are treated. */
  resilience: { retried(): void; refused(why: 'open' | 'busy'): void; brokenChanged(count: number): void };
  /** An operation or a request was beyond a limit. */
  refused(code: ErrorCode): void;
}

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const fetches = metrics.histogram('gateway_subgraph_fetch_duration_seconds', 'How long fetches from subgraphs take.', ['subgraph', 'outcome']);
  const supergraph = metrics.gauge('gateway_supergraph_version', 'The supergraph version that is served.');
  const routes = metrics.gauge('gateway_routes_version', 'The version of the route table in force.');
  const swaps = metrics.counter('gateway_supergraph_swaps_total', 'Attempts to serve another supergraph version.', ['outcome']);
  const building = metrics.histogram('gateway_supergraph_swap_duration_seconds', 'How long it takes to build an engine and swap to it.');
  const subscriptions = metrics.gauge('gateway_subscriptions', 'Subscriptions that are open.');
  const events = metrics.counter('gateway_subscription_events_total', 'Events told to subscribers.');
  const refusals = metrics.counter('gateway_refused_total', 'Operations and requests that were beyond a limit.', ['code']);
  const retries = metrics.counter('gateway_subgraph_retries_total', 'Reads that were asked again.');
  const unsent = metrics.counter('gateway_subgraph_unsent_total', 'Requests that were not sent: the server did not answer before (open), or has too much to do for us (busy).', ['why']);
  const broken = metrics.gauge('gateway_subgraph_servers_left_alone', 'Servers that are not asked, because they did not answer.');
  return {
    resilience: { retried: () => retries.inc(), refused: (why) => unsent.inc({ why }), brokenChanged: (count) => broken.set(count) },
    refused: (code) => refusals.inc({ code }),
    fetched: (subgraph, outcome, seconds) => fetches.observe({ subgraph, outcome }, seconds),
    swapping: async (version, swap) => {
      const stop = building.startTimer();
      try {
        await swap();
        supergraph.set(version);
        swaps.inc({ outcome: 'done' });
      } catch (error) {
        swaps.inc({ outcome: 'refused' });
        throw error;
      } finally {
        stop();
      }
    },
    routes: (version) => routes.set(version),
    subscribed: (change) => subscriptions.inc(change),
    delivered: () => events.inc(),
  };
}
