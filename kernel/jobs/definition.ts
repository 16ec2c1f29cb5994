import type { z } from 'zod';

/** A kind of background work: producer and consumer both parse with the schema. Handlers must be idempotent: a job may run again. */
export interface JobDefinition<S extends z.ZodType = z.ZodType> {
  /** Name of its queue, kebab-case. */
  name: string;
  schema: S;
  /** How often it is tried in all. Default 20, with exponential backoff from `backoffMs` (250) and jitter. */
  attempts?: number;
  backoffMs?: number;
  /** How many run at once in one worker process. Default 4. */
  concurrency?: number;
}

const defined = new Set<string>();

export function defineJob<S extends z.ZodType>(definition: JobDefinition<S>): JobDefinition<S> {
  defined.add(definition.name);
  return definition;
}

/** Names of the queues of all jobs that were defined in this process, in their order. */
export function definedJobs(): string[] {
  return [...defined].sort();
}
