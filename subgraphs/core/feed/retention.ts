import type { Logger } from '#kernel/telemetry';
import type { FeedRepository } from './feed.repository';

const BATCH = 1000;
const EVERY_MS = 10 * 60_000;
const HOUR_MS = 60 * 60_000;

/** Deletes what has been published for longer than `hours`: at once, then every ten minutes, in batches so that nothing waits for it. */
export function createRetention(repository: FeedRepository, options: { hours: number; logger: Logger }): { close(): Promise<void> } {
  let closed = false;
  const prune = async (): Promise<void> => {
    const before = new Date(Date.now() - options.hours * HOUR_MS);
    while (!closed && (await repository.prune(before, BATCH)) > 0);
  };
  const run = (): Promise<void> => prune().catch((error: unknown) => options.logger.warn({ err: error }, 'could not prune the feed, will try again'));
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, EVERY_MS);
  return {
    close: async () => {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
