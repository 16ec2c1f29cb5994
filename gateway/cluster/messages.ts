import type { MetricsSnapshot } from '#kernel/telemetry';

/** What a worker says to the primary. An id is chosen by who asks, and comes back in the answer. */
export type WorkerMessage =
  | { type: 'want-turn'; id: number }
  | { type: 'give-turn-back'; id: number }
  | { type: 'scrape'; id: number }
  | { type: 'snapshot'; id: number; metrics: MetricsSnapshot };

/** What the primary says to a worker. */
export type PrimaryMessage =
  | { type: 'your-turn'; id: number }
  | { type: 'scraped'; id: number; text: string }
  | { type: 'want-snapshot'; id: number };
