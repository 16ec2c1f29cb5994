import { z } from 'zod';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { Logger } from '#kernel/telemetry';
import type { Subscriber } from '../news';
import type { ImportRepository } from './import.repository';
import type { PhaseDeps } from './phase';
import { runPhases } from './phases';

const runImport = defineJob({ name: 'run-import', schema: z.object({ batchId: z.uuid() }), concurrency: 2 });
const WANTED = new Set(['import.started', 'import.remapped', 'import.commit-requested']);
const EVERY_MS = 60 * 60_000;
const KEPT_MS = 30 * 86_400_000;

/** The job that moves imports on. */
export function implementImportJobs(jobs: Jobs, deps: PhaseDeps): void {
  jobs.implement(runImport, ({ batchId }) => runPhases(deps, batchId));
}

/** Who has imports moved on when there is something to do. */
export function importSubscribers(jobs: Jobs): Subscriber[] {
  return [{ name: 'imports', wants: (name) => WANTED.has(name), handle: ({ aggregateId }) => jobs.enqueue(runImport, { batchId: aggregateId }, { deduplicationId: aggregateId }) }];
}

/** Forgets the rows of imports a month after their end: at once, then every hour. */
export function createImportRetention(repository: ImportRepository, logger: Logger): { close(): Promise<void> } {
  const run = async (): Promise<void> => {
    try {
      while ((await repository.prune(new Date(Date.now() - KEPT_MS))) > 0);
    } catch (error) {
      logger.warn({ err: error }, 'could not forget the rows of old imports, will try again');
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
