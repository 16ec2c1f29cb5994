import { z } from 'zod';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { Subscriber } from '../news';
import { runBulkAction, type RunDeps } from './run';

const runBulk = defineJob({ name: 'run-bulk-action', schema: z.object({ bulkActionId: z.uuid() }), concurrency: 2 });

/** The job that does what bulk actions ask for. */
export function implementBulkActionJobs(jobs: Jobs, deps: RunDeps): void {
  jobs.implement(runBulk, ({ bulkActionId }) => runBulkAction(deps, bulkActionId));
}

/** Who has bulk actions done when they are started. */
export function bulkActionSubscribers(jobs: Jobs): Subscriber[] {
  return [{ name: 'bulk-actions', wants: (name) => name === 'bulk-action.started', handle: ({ aggregateId }) => jobs.enqueue(runBulk, { bulkActionId: aggregateId }, { deduplicationId: aggregateId }) }];
}
