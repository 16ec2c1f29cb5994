import type { Logger } from '#kernel/telemetry';
import type { CoreDatabase } from '../database';
import { StatisticsRepository } from './statistics.repository';

const EVERY_MS = 60_000;

/** Keeps the counters of enrollments short: at once, then every minute. Numbers are right without it, only slower to read. */
export function createTallyUpkeep(database: CoreDatabase, logger: Logger): { close(): Promise<void> } {
  const repository = new StatisticsRepository(database);
  const run = async (): Promise<void> => {
    try {
      await repository.compact();
    } catch (error) {
      logger.warn({ err: error }, 'could not put the counters of enrollments together, will try again');
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
