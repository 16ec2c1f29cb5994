import type { ExportLogs, SendLogs } from '#kernel/logs';

/** Where core's own lines wait for the database: a process logs before it has one. */
export interface LaterStore {
  store: SendLogs;
  storeIn(take: SendLogs): void;
}

export function createLaterStore(): LaterStore {
  let take: SendLogs = () => Promise.reject(new Error('Core is starting.'));
  return {
    store: (request: ExportLogs) => take(request),
    storeIn: (given) => {
      take = given;
    },
  };
}
