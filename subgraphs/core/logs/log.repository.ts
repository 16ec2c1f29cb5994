import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import { AppError } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { isStatementTimeout, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { CheckedLogFilter } from './log.inputs';
import { COMMON, searchOf, type LogSearch, type Window } from './log.search';

/** A line as it is stored. */
export interface LogRow {
  at: Date;
  seq: bigint;
  severity: number;
  room: string;
  instance: string | null;
  release: string | null;
  message: string;
  projectId: string | null;
  correlationId: string | null;
  jobId: string | null;
  eventId: string | null;
  incidentId: string | null;
  traceId: string | null;
  spanId: string | null;
  exceptionId: string | null;
  attributes: object;
}

type Found = LogRow & { hits: number };
type Models = CoreTransaction['models'];

const DAY_MS = 24 * 3600_000;
/** A search that takes longer is not worth what it takes from others. */
const LONGEST_SEARCH_MS = 3000;

/** Reads lines of the log as far as the caller may. */
export class LogRepository {
  constructor(private readonly database: CoreDatabase) {}

  /** Newest first, by keyset. @throws AppError SEARCH_TOO_BROAD, BAD_USER_INPUT (`after`). */
  async list(principal: Principal, filter: CheckedLogFilter, page: PageRequest): Promise<LogRow[]> {
    const search = searchOf(principal, filter, page);
    if (!search || (filter.projectId && !isId(filter.projectId))) return [];
    try {
      return await transaction(
        this.database,
        async ({ models }) => {
          await models.$executeRaw`SELECT set_config('statement_timeout', ${String(LONGEST_SEARCH_MS)}, true)`;
          return search.byWords ? dayByDay(models, search, page.first + 1) : models.$queryRaw<Found[]>(search.inOrder(search.window, page.first + 1));
        },
        LONGEST_SEARCH_MS * 3,
      );
    } catch (error) {
      if (isStatementTimeout(error)) throw tooBroad();
      throw error;
    }
  }
}

/**
 * Looks for words in one day after the other, newest first, until the page is full: in each by the index of words, or, where they are
 * common, in the order of time. No search sorts or reads more than a day of what it does not answer.
 */
async function dayByDay(models: Models, search: LogSearch, limit: number): Promise<LogRow[]> {
  const deadline = Date.now() + LONGEST_SEARCH_MS;
  const found: LogRow[] = [];
  for (const day of await daysOf(models, search.window)) {
    if (Date.now() > deadline) throw tooBroad();
    const missing = limit - found.length;
    const hits = await models.$queryRaw<Found[]>(search.byHits(day, missing));
    const common = (hits[0]?.hits ?? 0) >= COMMON;
    found.push(...(common ? await models.$queryRaw<Found[]>(search.inOrder(day, missing)) : hits));
    if (found.length >= limit) break;
  }
  return found;
}

/** The days (UTC) of a window that there are lines of, newest first; the first and the last may be parts of days. */
async function daysOf(models: Models, { from, to }: Window): Promise<Window[]> {
  const rows = await models.$queryRaw<Array<{ day: Date }>>`
    SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'log_record'::regclass AND c.relname ~ '^log_record_\\d{8}$' ORDER BY 1 DESC`;
  return rows
    .map(({ day }) => ({ from: later(day, from), to: earlier(new Date(day.getTime() + DAY_MS), to) }))
    .filter((window) => window.from < window.to);
}

function later(a: Date, b: Date | null): Date {
  return b && b > a ? b : a;
}

function earlier(a: Date, b: Date | null): Date {
  return b && b < a ? b : a;
}

function tooBroad(): AppError {
  return new AppError('SEARCH_TOO_BROAD', 'This search takes too long: narrow it by time, room, project, correlation id or rarer words.');
}
