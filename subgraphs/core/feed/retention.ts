import type { Logger } from '#kernel/telemetry';
import { createUpkeep } from '../upkeep';
import type { FeedRepository } from './feed.repository';

const BATCH = 1000;
const EVERY_MS = 10 * 60_000;
const HOUR_MS = 60 * 60_000;

/** Deletes what has been published for longer than `hours`: at once, then every ten minutes, in batches so that nothing waits for it. */
export function createRetention(repository: FeedRepository, { hours, logger }: { hours: number; logger: Logger }): { close(): Promise<void> } {
  const prune = async (closing: AbortSignal): Promise<void> => {
    const before = new Date(Date.now() - hours * HOUR_MS);
    while (!closing.aborted && (await repository.prune(before, BATCH)) > 0);
  };
  return createUpkeep(prune, { everyMs: EVERY_MS, logger, failure: 'could not prune the feed' });
}
