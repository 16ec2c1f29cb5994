import { allow } from 'graphql-shield';
import { requires } from '#kernel/graphql';
import type { QueueAdmin } from '#kernel/jobs';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { QueueResolver } from './queue.resolver';

/** What operators see of queues, and do with them. */
export function createQueues({ database, admin }: { database: CoreDatabase; admin: QueueAdmin }): Slice {
  const [mayRead, mayManage] = [requires('queue:read'), requires('queue:manage')];
  return {
    resolvers: new Map([[QueueResolver, new QueueResolver(database, admin)]]),
    references: {},
    rules: {
      Query: { queues: mayRead, queue: mayRead },
      Mutation: { retryJob: mayManage, retryFailedJobs: mayManage, pauseQueue: mayManage, resumeQueue: mayManage, drainQueue: mayManage },
      Queue: allow,
      QueueJob: allow,
      QueueJobConnection: allow,
      QueueJobEdge: allow,
    },
  };
}
