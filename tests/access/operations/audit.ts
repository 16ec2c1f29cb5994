import { PROJECT, type Operation } from './operation';

/** Root fields about the audit log. Its checkpoints are of all organisations together, and of nobody. */
export const audit: Readonly<Record<string, Operation>> = {
  auditEntries: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { entityId } = await rows.auditEntry(place);
      return { variables: { filter: { entityId } }, shows: entityId };
    },
  },
  auditEntry: {
    borders: PROJECT,
    target: async ({ rows, place }) => ({ variables: { id: (await rows.auditEntry(place)).id } }),
  },
  auditLog: { borders: [], target: async () => ({ variables: {} }) },
  auditCheckpoints: { borders: [], target: async () => ({ variables: {} }) },
  auditConsistencyProof: { borders: [], target: async () => ({ variables: { olderSize: 1, newerSize: 1 } }) },
  auditExport: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { id: await rows.auditExport(place) } }) },
  auditExports: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { first: 200 }, shows: await rows.auditExport(place) }) },
  exportAuditLog: {
    borders: ['project'],
    target: async ({ place, holding }) => ({ variables: { input: { projectId: holding === 'project' ? place.projectId : null } } }),
  },
};

/** Root fields about events on their way: of all organisations together, for who operates the instance. */
export const events: Readonly<Record<string, Operation>> = {
  queues: { borders: [], target: async () => ({ variables: {} }) },
  queue: { borders: [], target: async () => ({ variables: { name: 'run-import' } }) },
  retryJob: { borders: [], target: async ({ rows }) => ({ variables: await rows.failedJob() }) },
  retryFailedJobs: { borders: [], target: async () => ({ variables: { queue: 'run-matching' } }) },
  pauseQueue: { borders: [], target: async () => ({ variables: { queue: 'run-matching' } }) },
  resumeQueue: { borders: [], target: async () => ({ variables: { queue: 'run-matching' } }) },
  drainQueue: { borders: [], target: async () => ({ variables: { queue: 'run-matching' } }) },
  parkedEvents: { borders: [], target: async () => ({ variables: {} }) },
  replayParkedEvents: { borders: [], target: async () => ({ variables: { input: { subscriber: 'somebody' } } }) },
};
