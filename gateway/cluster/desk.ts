import type { Worker } from 'node:cluster';
import { joinMetrics, type Logger, type Metrics } from '#kernel/telemetry';
import type { PrimaryMessage, WorkerMessage } from './messages';
import { createSnapshotCollector, type Recipient } from './snapshot-collector';
import { createTurnstile } from './turnstile';

/** Where the primary answers its workers: who may swap now, and what the metrics of all of them are. */
export interface Desk {
  /** Serves this worker until it ends; then its turns are given back. */
  serve(worker: Worker, logger: Logger): void;
}

/** @param own the metrics of the primary itself. */
export function createDesk(own: Metrics): Desk {
  const turnstile = createTurnstile();
  const collector = createSnapshotCollector();
  const workers = new Set<Recipient>();

  async function scrape(logger: Logger): Promise<string> {
    try {
      return await joinMetrics([await own.snapshot(), ...(await collector.collect([...workers]))]);
    } catch (error) {
      logger.error({ err: error }, 'the metrics of the workers cannot be joined');
      return '';
    }
  }

  return {
    serve: (worker, logger) => {
      const turns = new Map<number, () => void>();
      // The callback takes the failure of writing to a worker that has ended.
      const send = (message: PrimaryMessage): void => void worker.send(message, () => undefined);
      const recipient: Recipient = { send };
      const handle = (message: WorkerMessage): void => {
        const { type, id } = message;
        if (type === 'want-turn') {
          const enter = (): void => {
            logger.debug('a worker takes its turn to swap');
            send({ type: 'your-turn', id });
          };
          turns.set(id, turnstile.queue(enter));
        }
        if (type === 'give-turn-back') {
          turns.get(id)?.();
          turns.delete(id);
        }
        if (type === 'snapshot') collector.receive(id, message.metrics);
        if (type === 'scrape') void scrape(logger).then((text) => send({ type: 'scraped', id, text }));
      };
      workers.add(recipient);
      worker.on('message', handle);
      worker.once('exit', () => {
        workers.delete(recipient);
        for (const leave of turns.values()) leave();
      });
    },
  };
}
