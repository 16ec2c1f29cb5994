import { z } from 'zod';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { Logger } from '#kernel/telemetry';
import { transaction, type CoreDatabase } from '../database';
import type { Subscriber } from '../news';
import { createUpkeep } from '../upkeep';
import { tell } from './matching.events';
import { MatchingRepository } from './matching.repository';
import { runMatching, type MatchingDeps } from './run';

const compare = defineJob({ name: 'run-matching', schema: z.object({ runId: z.uuid() }), concurrency: 1 });
const EVERY_MS = 60 * 60_000;

/** The job that compares the people of two organisations. */
export function implementMatchingJobs(jobs: Jobs, deps: MatchingDeps): void {
  jobs.implement(compare, ({ runId }) => runMatching(deps, runId));
}

/** Who has people compared when one side asks for it. */
export function matchingSubscribers(jobs: Jobs, database: CoreDatabase): Subscriber[] {
  return [
    {
      name: 'matching',
      wants: (name) => name === 'matching.run-started',
      handle: async ({ aggregateId }) => {
        const running = await database.matchingRun.findMany({ where: { agreementId: aggregateId, status: 'RUNNING' }, select: { id: true } });
        for (const { id } of running) await jobs.enqueue(compare, { runId: id }, { deduplicationId: id });
      },
    },
  ];
}

/** Ends agreements whose time is over, and takes away what was found and what dead processes have left: at once, then every hour. Until then they show nothing as well. */
export function createMatchingRetention(database: CoreDatabase, logger: Logger): { close(): Promise<void> } {
  return createUpkeep(() => endOverdue(database), { everyMs: EVERY_MS, logger, failure: 'could not end agreements on matching' });
}

export async function endOverdue(database: CoreDatabase, today = new Date(new Date().toISOString().slice(0, 10))): Promise<void> {
  const repository = new MatchingRepository(database);
  await repository.forgetTokens();
  for (let found = await repository.overdue(today); found.length > 0; found = await repository.overdue(today)) {
    for (const agreement of found) {
      await transaction(database, async (tx) => {
        await tx.sql.query('SELECT id FROM matching_agreement WHERE id = $1::uuid FOR UPDATE', [agreement.id]);
        const now = await tx.models.matchingAgreement.findUnique({ where: { id: agreement.id } });
        if (!now || now.status === 'ENDED') return;
        await repository.end(tx, agreement.id, null);
        await tell(tx, 'ended', agreement, null);
      });
    }
  }
}
