import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { BadInputError, NotFoundError } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import type { QueueAdmin, QueueFacts } from '#kernel/jobs';
import { KEY, change } from '../change';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import { JobState, Queue, QueueJob, QueueJobConnection } from './queue.type';

const NAME = { description: 'The name of the queue.' };

@Resolver(() => Queue)
export class QueueResolver {
  constructor(
    private readonly database: CoreDatabase,
    private readonly admin: QueueAdmin,
  ) {}

  @Query(() => [Queue], { description: 'All queues.' })
  async queues(): Promise<Queue[]> {
    return (await this.admin.queues()).map(toQueue);
  }

  @Query(() => Queue, { nullable: true, description: 'The queue with this name; null when there is none.' })
  async queue(@Arg('name', () => String, NAME) name: string): Promise<Queue | null> {
    const found = (await this.admin.queues()).find((one) => one.name === name);
    return found ? toQueue(found) : null;
  }

  @FieldResolver(() => QueueJobConnection, { description: 'Its jobs in one state: what waits, next first; what has ended, newest first. Jobs come and go between two pages.' })
  async jobs(
    @Root() { name }: Queue,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('state', () => JobState, { defaultValue: JobState.FAILED, description: 'In which state.' }) state: JobState,
  ): Promise<Connection<QueueJob>> {
    const page = pageRequest(args);
    const from = page.after === null ? 0 : placeOf(page.after) + 1;
    const jobs = await this.admin.jobs(name, state, { from, count: page.first + 1 });
    const places = new Map(jobs.map((job, index) => [job.id, from + index]));
    return toConnection(jobs.map((job) => Object.assign(new QueueJob(), job)), page, ({ id }) => String(places.get(id)));
  }

  @Mutation(() => QueueJob, { nullable: true, description: 'Has a job that has failed for good tried again. Errors: NOT_FOUND, INVALID_TRANSITION (it has not failed).' })
  async retryJob(
    @Ctx() context: CoreContext,
    @Arg('queue', () => String, NAME) queue: string,
    @Arg('id', () => ID, { description: 'The id of the job.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<QueueJob | null> {
    await this.act(context, { operation: 'retryJob', key, queue, about: { id } }, () => this.admin.retry(queue, id));
    const job = await this.admin.job(queue, id);
    return job && Object.assign(new QueueJob(), job);
  }

  @Mutation(() => Int, { description: 'Has all jobs of a queue that have failed for good tried again; answers how many. Errors: NOT_FOUND.' })
  retryFailedJobs(@Ctx() context: CoreContext, @Arg('queue', () => String, NAME) queue: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<number> {
    return this.act(context, { operation: 'retryFailedJobs', key, queue }, () => this.admin.retryFailed(queue));
  }

  @Mutation(() => Queue, { description: 'Pauses a queue: what is being done ends, nothing else is begun. Errors: NOT_FOUND.' })
  async pauseQueue(@Ctx() context: CoreContext, @Arg('queue', () => String, NAME) queue: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<Queue> {
    await this.act(context, { operation: 'pauseQueue', key, queue }, () => this.admin.pause(queue));
    return this.shown(queue);
  }

  @Mutation(() => Queue, { description: 'Lets a queue go on. Errors: NOT_FOUND.' })
  async resumeQueue(@Ctx() context: CoreContext, @Arg('queue', () => String, NAME) queue: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<Queue> {
    await this.act(context, { operation: 'resumeQueue', key, queue }, () => this.admin.resume(queue));
    return this.shown(queue);
  }

  @Mutation(() => Int, { description: 'Deletes all jobs of a queue that wait; answers how many. What asked for them may wait for ever: retry or ask again. Errors: NOT_FOUND.' })
  drainQueue(@Ctx() context: CoreContext, @Arg('queue', () => String, NAME) queue: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<number> {
    return this.act(context, { operation: 'drainQueue', key, queue }, () => this.admin.drain(queue));
  }

  /** Once for each key, and with an audit entry. The queue itself is elsewhere: what was done and could not be noted is done again, which changes nothing. */
  private act<R>({ principal }: CoreContext, { operation, key, queue, about = {} }: { operation: string; key: string; queue: string; about?: Record<string, string> }, effect: () => Promise<R>): Promise<R> {
    return change(this.database, principal, { operation, key, request: { queue, ...about } }, async (tx, organizationId) => {
      const result = await effect();
      await appendAudit(tx.sql, { actorId: principal.subject, action: ACTIONS[operation] ?? operation, entityType: 'Queue', entityId: queue, organizationId, payload: { ...about, ...(typeof result === 'number' ? { jobs: result } : {}) } });
      return result ?? (null as R);
    });
  }

  private async shown(name: string): Promise<Queue> {
    const queue = await this.queue(name);
    if (!queue) throw new NotFoundError('The queue');
    return queue;
  }
}

const ACTIONS: Readonly<Record<string, string>> = { retryJob: 'queue.job-retried', retryFailedJobs: 'queue.failed-jobs-retried', pauseQueue: 'queue.paused', resumeQueue: 'queue.resumed', drainQueue: 'queue.drained' };

function toQueue({ name, paused, counts }: QueueFacts): Queue {
  return Object.assign(new Queue(), { name, paused, ...counts });
}

function placeOf(key: string): number {
  if (!/^\d{1,9}$/.test(key)) throw new BadInputError('after', 'is not a cursor of this list');
  return Number(key);
}
