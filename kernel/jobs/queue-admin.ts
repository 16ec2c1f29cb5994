import type { Job, Queue } from 'bullmq';
import { AppError, NotFoundError } from '#kernel/errors';
import { scrub } from '#kernel/telemetry';
import { createBackend, type JobsConnection } from './backend';
import { definedJobs } from './definition';

export const jobStates = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;
export type JobState = (typeof jobStates)[number];

/** A queue, and how many of its jobs are in which state. */
export interface QueueFacts {
  name: string;
  paused: boolean;
  counts: Readonly<Record<JobState, number>>;
}

/** A job without what it carries, but for ids. Times are UTC. */
export interface JobFacts {
  id: string;
  queue: string;
  state: JobState;
  /** Ids in its payload, by name. Nothing else of it is shown. */
  subject: Readonly<Record<string, string>>;
  attempts: number;
  /** What went wrong last, without what looks like somebody's. */
  failure: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** What operators do with queues, whichever process works on them. Nothing connects before the first use. */
export interface QueueAdmin {
  queues(): Promise<QueueFacts[]>;
  /** Newest first for what has ended, next first for what waits. @throws NotFoundError when there is no such queue, as all below. */
  jobs(queue: string, state: JobState, page: { from: number; count: number }): Promise<JobFacts[]>;
  job(queue: string, id: string): Promise<JobFacts | null>;
  /** Has a job that has failed for good tried again, as if for the first time. @throws AppError INVALID_TRANSITION when it has not failed. */
  retry(queue: string, id: string): Promise<void>;
  /** The same with all of them. @returns how many there were. */
  retryFailed(queue: string): Promise<number>;
  /** Nobody begins a job of it until it is resumed; what runs ends. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Deletes what waits and what is delayed. @returns how many there were. */
  drain(queue: string): Promise<number>;
  close(): Promise<void>;
}

// What waits in a queue that is paused is told under this name on PostgreSQL, and under the usual one on Redis; types know of neither.
const PAUSED = 'paused' as 'waiting';

export function createQueueAdmin(connection: JobsConnection): QueueAdmin {
  const backend = createBackend(connection);
  const open = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    if (!definedJobs().includes(name)) throw new NotFoundError('The queue');
    const queue = open.get(name) ?? backend.queue(name);
    if (!open.has(name)) queue.on('error', () => undefined);
    open.set(name, queue);
    return queue;
  };
  const factsOf = async (name: string): Promise<QueueFacts> => {
    const queue = queueOf(name);
    const [paused, counts] = await Promise.all([queue.isPaused(), queue.getJobCounts(...jobStates, 'prioritized', PAUSED)]);
    const waiting = (counts.waiting ?? 0) + (counts.prioritized ?? 0) + (counts.paused ?? 0);
    return { name, paused, counts: { waiting, active: counts.active ?? 0, delayed: counts.delayed ?? 0, failed: counts.failed ?? 0, completed: counts.completed ?? 0 } };
  };
  return {
    queues: () => Promise.all(definedJobs().map(factsOf)),
    jobs: async (queue, state, { from, count }) => {
      const types = state === 'waiting' ? (['waiting', 'prioritized'] as const) : ([state] as const);
      const jobs = await queueOf(queue).getJobs([...types], from, from + count - 1, state !== 'failed' && state !== 'completed');
      return jobs.filter(Boolean).map((job) => toFacts(queue, job, state));
    },
    job: async (queue, id) => {
      const job = (await queueOf(queue).getJob(id)) as Job | undefined;
      const state = job ? await job.getState() : 'unknown';
      return job ? toFacts(queue, job, jobStates.find((known) => known === state) ?? 'waiting') : null;
    },
    retry: async (queue, id) => {
      const job = (await queueOf(queue).getJob(id)) as Job | undefined;
      if (!job) throw new NotFoundError('The job');
      if (!(await job.isFailed())) throw new AppError('INVALID_TRANSITION', 'Only a job that has failed for good can be tried again.', { field: 'id' });
      await job.retry('failed', { resetAttemptsMade: true });
    },
    retryFailed: async (name) => {
      const queue = queueOf(name);
      const { failed = 0 } = await queue.getJobCounts('failed');
      await queue.retryJobs({ state: 'failed' });
      return failed;
    },
    pause: (queue) => queueOf(queue).pause(),
    resume: (queue) => queueOf(queue).resume(),
    drain: async (name) => {
      const { counts } = await factsOf(name);
      await queueOf(name).drain(true);
      return counts.waiting + counts.delayed;
    },
    close: async () => {
      await Promise.all([...open.values()].map((queue) => queue.close()));
    },
  };
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function toFacts(queue: string, job: Job, state: JobState): JobFacts {
  const data = (job.data as { data?: unknown } | null)?.data;
  const ids = typeof data === 'object' && data !== null ? Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && ID.test(entry[1])) : [];
  return {
    id: job.id ?? '',
    queue,
    state,
    subject: Object.fromEntries(ids),
    attempts: job.attemptsMade,
    failure: job.failedReason ? scrub(job.failedReason).slice(0, 500) : null,
    createdAt: new Date(job.timestamp),
    startedAt: job.processedOn ? new Date(job.processedOn) : null,
    endedAt: job.finishedOn ? new Date(job.finishedOn) : null,
  };
}
