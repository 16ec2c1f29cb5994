import type { MetricsSnapshot } from '#kernel/telemetry';
import type { PrimaryMessage } from './messages';

/** One worker, to be spoken to. */
export interface Recipient {
  /** Never throws: a worker may end at any moment. */
  send(message: PrimaryMessage): void;
}

/** Asks all workers for their metrics. */
export interface SnapshotCollector {
  /** Those that do not answer in time are left out: they are ending, or too busy. */
  collect(workers: readonly Recipient[]): Promise<MetricsSnapshot[]>;
  receive(id: number, metrics: MetricsSnapshot): void;
}

export function createSnapshotCollector(deadlineMs = 1000): SnapshotCollector {
  const collecting = new Map<number, (metrics: MetricsSnapshot) => void>();
  let lastId = 0;
  return {
    collect: (workers) =>
      new Promise((resolve) => {
        const id = ++lastId;
        const snapshots: MetricsSnapshot[] = [];
        const finish = (): void => {
          clearTimeout(timer);
          collecting.delete(id);
          resolve(snapshots);
        };
        const timer = setTimeout(finish, deadlineMs);
        collecting.set(id, (metrics) => {
          if (snapshots.push(metrics) === workers.length) finish();
        });
        for (const worker of workers) worker.send({ type: 'want-snapshot', id });
        if (workers.length === 0) finish();
      }),
    receive: (id, metrics) => collecting.get(id)?.(metrics),
  };
}
