import type { Logger } from '#kernel/telemetry';
import type { CoreDatabase } from '../database';
import { ExceptionRepository } from '../exceptions';
import { createUpkeep } from '../upkeep';

const EVERY_MS = 3600_000;
const DAY_MS = 24 * 3600_000;
/** Exceptions that nobody has met for so long are forgotten. */
const EXCEPTION_DAYS = 90;

/** Drops the days of the log that are older than `days` whole days, and exceptions that were not seen for ninety: at once, then every hour. */
export function createLogRetention(database: CoreDatabase, { days, logger }: { days: number; logger: Logger }): { close(): Promise<void> } {
  const prune = async (): Promise<void> => {
    await dropOldLogs(database, days);
    await new ExceptionRepository(database).prune(new Date(Date.now() - EXCEPTION_DAYS * DAY_MS));
  };
  return createUpkeep(prune, { everyMs: EVERY_MS, logger, failure: 'could not drop old logs' });
}

/** @returns how many days it has dropped. */
export async function dropOldLogs(database: CoreDatabase, days: number): Promise<number> {
  const before = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
  const [row] = await database.$queryRaw<Array<{ dropped: number }>>`SELECT drop_log_partitions(${before}::text::date) AS dropped`;
  return row?.dropped ?? 0;
}
