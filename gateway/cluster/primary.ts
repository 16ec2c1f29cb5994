import cluster, { type Worker } from 'node:cluster';
import type { Closers } from '#kernel/lifecycle';
import type { Logger, Metrics } from '#kernel/telemetry';
import { createDesk } from './desk';
import { restartDelayMs, STEADY_MS } from './restart-delay';

export interface WorkersOptions {
  count: number;
  /** Workers are known to core as `<gatewayId>-<number>`, also after a restart. */
  gatewayId: string;
  logger: Logger;
  /** The metrics of the primary itself. */
  metrics: Metrics;
}

/**
 * Starts the workers and keeps them running: each is this same program, told by GATEWAY_WORKER which one it is. They share the port that
 * they listen on. At shutdown all drain together, as one gateway would.
 * @returns when the first serves.
 * @throws when a worker ends before any has served: what keeps it from starting is not cured by trying again.
 */
export function startWorkers({ count, gatewayId, logger, metrics }: WorkersOptions, closers: Closers): Promise<void> {
  const restarts = metrics.counter('gateway_worker_restarts_total', 'Workers that ended without having been asked to.');
  const desk = createDesk(metrics);
  const running = new Set<Worker>();
  let stopping = false;
  let served = false;

  return new Promise((resolve, reject) => {
    function start(number: number, endsInARow: number): void {
      const worker = cluster.fork({ GATEWAY_ID: `${gatewayId}-${number}`, GATEWAY_WORKER: String(number) });
      const log = logger.child({ worker: number, workerPid: worker.process.pid });
      const startedAt = performance.now();
      running.add(worker);
      desk.serve(worker, log);
      log.info('a worker starts');
      worker.once('listening', () => {
        served = true;
        resolve();
      });
      onceEnded(worker, (how) => {
        running.delete(worker);
        if (stopping) return;
        if (!served) return reject(new Error(`Worker ${number} ended before any served: ${how}`));
        const ends = performance.now() - startedAt > STEADY_MS ? 1 : endsInARow + 1;
        log.error({ how, restartInMs: restartDelayMs(ends) }, 'a worker ended, another takes its place');
        restarts.inc();
        setTimeout(() => stopping || start(number, ends), restartDelayMs(ends));
      });
    }

    closers.add('workers', async () => {
      stopping = true;
      await Promise.all([...running].map(stop));
    });
    for (let number = 1; number <= count; number++) start(number, 0);
  });
}

function onceEnded(worker: Worker, listener: (how: string) => void): void {
  worker.once('exit', (code, signal) => listener(signal ?? `code ${code}`));
  // Without a process (the system is out of them) there is no exit. Other errors are of the line, and an exit follows.
  worker.on('error', (error) => worker.process.pid === undefined && listener(error.message));
}

// Not worker.kill(), which cuts the line first: then the worker ends without having drained.
function stop(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.process.kill('SIGTERM');
  });
}
