import type { Job, Queue, Worker } from 'bullmq';
import type { z } from 'zod';
import { newRequestContext, runWithRequest, currentRequest, type Logger, type RequestContext } from '#kernel/telemetry';
import { createBackend, type JobsConnection } from './backend';
import type { JobDefinition } from './definition';

export interface EnqueueOptions {
  /** While a job with this id waits, another is not added; one added while it runs, runs once more afterwards. */
  deduplicationId?: string;
  delayMs?: number;
}

/** The queues of one process. Nothing connects before the first use. */
export interface Jobs {
  enqueue<S extends z.ZodType>(definition: JobDefinition<S>, data: z.input<S>, options?: EnqueueOptions): Promise<void>;
  /** @param givenUp Told when a job has failed as often as it is tried, so that what waits for it does not wait for ever. */
  implement<S extends z.ZodType>(definition: JobDefinition<S>, handler: (data: z.output<S>) => Promise<void>, givenUp?: (data: z.output<S>) => Promise<void>): void;
  /** Starts one worker for each implemented job. */
  start(): Promise<void>;
  /** How many jobs of each implemented kind wait, run, are delayed, or have failed for good. */
  figures(): Promise<Array<{ queue: string; counts: Readonly<Record<string, number>> }>>;
  close(): Promise<void>;
}

type Handler = (data: unknown) => Promise<void>;

interface Implementation {
  definition: JobDefinition;
  handler: Handler;
  givenUp: Handler | undefined;
}

interface Envelope {
  requestId: string | null;
  data: unknown;
}

export function createJobs(connection: JobsConnection, logger: Logger): Jobs {
  const backend = createBackend(connection);
  const queues = new Map<string, Queue>();
  const handlers = new Map<string, Implementation>();
  const workers: Worker[] = [];
  const queueOf = (name: string): Queue => {
    const queue = queues.get(name) ?? backend.queue(name);
    if (!queues.has(name)) queue.on('error', (error) => logger.warn({ err: error, queue: name }, 'queue connection trouble'));
    queues.set(name, queue);
    return queue;
  };
  return {
    enqueue: async (definition, data, options = {}) => {
      const envelope: Envelope = { requestId: currentRequest()?.requestId ?? null, data: definition.schema.parse(data) };
      await queueOf(definition.name).add(definition.name, envelope, {
        attempts: definition.attempts ?? 20,
        backoff: { type: 'exponential', delay: definition.backoffMs ?? 250, jitter: 0.5 },
        removeOnComplete: { count: 1000 },
        removeOnFail: { count: 5000 },
        ...(options.delayMs ? { delay: options.delayMs } : {}),
        ...(options.deduplicationId ? { deduplication: { id: options.deduplicationId, keepLastIfActive: true } } : {}),
      });
    },
    implement: (definition, handler, givenUp) => {
      if (handlers.has(definition.name)) throw new Error(`The job ${definition.name} has two handlers.`);
      handlers.set(definition.name, { definition, handler: handler as Handler, givenUp: givenUp as Handler | undefined });
    },
    start: async () => {
      for (const implementation of handlers.values()) workers.push(startWorker(implementation));
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    figures: () => Promise.all([...handlers.keys()].map(async (queue) => ({ queue, counts: await queueOf(queue).getJobCounts('waiting', 'active', 'delayed', 'failed') }))),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };

  function startWorker({ definition, handler, givenUp }: Implementation): Worker {
    const worker = backend.worker(
      definition.name,
      async (job) => {
        await runWithRequest(requestOf(job), () => handler(definition.schema.parse((job.data as Envelope).data)));
      },
      { concurrency: definition.concurrency ?? 4 },
    );
    worker.on('failed', (job, error) => {
      const log = (): void => logger.warn({ err: error, job: job?.id, queue: definition.name, attempt: job?.attemptsMade }, 'job failed');
      if (job) runWithRequest(requestOf(job), log);
      else log();
      if (!job || !givenUp || job.attemptsMade < (job.opts.attempts ?? 1)) return;
      givenUp(definition.schema.parse((job.data as Envelope).data)).catch((cause: unknown) => logger.error({ err: cause, job: job.id, queue: definition.name }, 'could not note that a job was given up'));
    });
    worker.on('error', (error) => logger.warn({ err: error, queue: definition.name }, 'job worker trouble'));
    return worker;
  }
}

/** What a job is a part of: the request that it was enqueued in. */
function requestOf(job: Job): RequestContext {
  const { requestId } = job.data as Envelope;
  return { ...newRequestContext(requestId ? { 'x-request-id': requestId } : {}), ...(job.id ? { jobId: job.id } : {}) };
}
