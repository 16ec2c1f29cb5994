import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createJobs, defineJob, type QueueAdmin } from '#kernel/jobs';
import { createLogger } from '#kernel/telemetry';

const failing = defineJob({ name: 'fail-for-access', schema: z.object({}), attempts: 1 });

/** A queue whose jobs all fail: started when the first is wanted. */
export function createFailingQueue(databaseUrl: string, admin: QueueAdmin): { failedJob(): Promise<{ queue: string; id: string }>; close(): Promise<void> } {
  const jobs = createJobs({ databaseUrl }, createLogger({ name: 'access', level: 'silent' }));
  jobs.implement(failing, () => Promise.reject(new Error('always')));
  let started: Promise<void> | null = null;
  const given = new Set<string>();
  return {
    failedJob: async () => {
      await (started ??= jobs.start());
      await jobs.enqueue(failing, {});
      for (;;) {
        const fresh = (await admin.jobs(failing.name, 'failed', { from: 0, count: 1000 })).find(({ id }) => !given.has(id));
        if (fresh) {
          given.add(fresh.id);
          return { queue: failing.name, id: fresh.id };
        }
        await sleep(10);
      }
    },
    close: () => jobs.close(),
  };
}
