import { z } from 'zod';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { Logger } from '#kernel/telemetry';
import type { Subscriber } from '../news';
import { createUpkeep } from '../upkeep';
import { transaction, type CoreDatabase } from '../database';
import { ImportRepository } from './import.repository';
import { phaseDeps, type ImportWork } from './phase';
import { runPhases } from './phases';
import { tell } from './tell';

const runImport = defineJob({ name: 'run-import', schema: z.object({ batchId: z.uuid() }), concurrency: 2 });
const WANTED = new Set(['import.started', 'import.remapped', 'import.commit-requested']);
const EVERY_MS = 60 * 60_000;
const KEPT_MS = 30 * 86_400_000;

/** The job that moves imports on. */
export function implementImportJobs(jobs: Jobs, work: ImportWork): void {
  const deps = phaseDeps(work);
  jobs.implement(runImport, ({ batchId }) => runPhases(deps, batchId));
}

/** Who has imports moved on when there is something to do. */
export function importSubscribers(jobs: Jobs): Subscriber[] {
  return [{ name: 'imports', wants: (name) => WANTED.has(name), handle: ({ aggregateId }) => jobs.enqueue(runImport, { batchId: aggregateId }, { deduplicationId: aggregateId }) }];
}

/** Refuses imports that nobody has reviewed for a month, and forgets the rows of those that ended a month ago: at once, then every hour. */
export function createImportRetention(database: CoreDatabase, logger: Logger): { close(): Promise<void> } {
  const repository = new ImportRepository(database);
  return createUpkeep(() => forgetOldImports(database, repository, new Date(Date.now() - KEPT_MS)), { everyMs: EVERY_MS, logger, failure: 'could not forget the rows of old imports' });
}

export async function forgetOldImports(database: CoreDatabase, repository: ImportRepository, before: Date): Promise<void> {
  for (let found = await repository.abandoned(before); found.length > 0; found = await repository.abandoned(before)) {
    for (const batch of found) {
      await transaction(database, async (tx) => {
        if (await repository.refuse(tx, batch)) await tell(tx, 'refused', batch, null, { abandoned: true });
      });
    }
  }
  while ((await repository.prune(before)) > 0);
}
