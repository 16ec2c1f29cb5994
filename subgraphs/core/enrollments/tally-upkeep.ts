import type { Logger } from '#kernel/telemetry';
import type { CoreDatabase } from '../database';
import { createUpkeep } from '../upkeep';
import { StatisticsRepository } from './statistics.repository';

const EVERY_MS = 60_000;

/** Keeps the counters of enrollments short: at once, then every minute. Numbers are right without it, only slower to read. */
export function createTallyUpkeep(database: CoreDatabase, logger: Logger): { close(): Promise<void> } {
  const repository = new StatisticsRepository(database);
  return createUpkeep(() => repository.compact(), { everyMs: EVERY_MS, logger, failure: 'could not put the counters of enrollments together' });
}
