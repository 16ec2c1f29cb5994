import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import { AppError, BadInputError } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { SEVERITIES } from '#kernel/logs';
import { Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import { isStatementTimeout, transaction, type CoreDatabase } from '../database';
import { scopeOf } from '../scope';
import type { CheckedLogFilter } from './log.inputs';

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

const COLUMNS = Prisma.raw(`at, seq, severity, room, instance, release, message, project_id AS "projectId", correlation_id AS "correlationId", job_id AS "jobId", event_id AS "eventId",
  incident_id AS "incidentId", trace_id AS "traceId", span_id AS "spanId", exception_id AS "exceptionId", attributes`);
const DAY_MS = 24 * 3600_000;
/** A search that takes longer is not worth what it takes from others. */
const LONGEST_SEARCH_MS = 3000;

/** Reads lines of the log as far as the caller may. */
export class LogRepository {
  constructor(private readonly database: CoreDatabase) {}

  /** Newest first, by keyset. @throws AppError SEARCH_TOO_BROAD, BAD_USER_INPUT (`after`). */
  async list(principal: Principal, filter: CheckedLogFilter, page: PageRequest): Promise<LogRow[]> {
    const query = searchSql(principal, filter, page);
    if (!query) return [];
    try {
      return await transaction(
        this.database,
        async ({ models }) => {
          await models.$executeRaw`SELECT set_config('statement_timeout', ${String(LONGEST_SEARCH_MS)}, true)`;
          return models.$queryRaw<LogRow[]>(query);
        },
        LONGEST_SEARCH_MS * 2,
      );
    } catch (error) {
      if (isStatementTimeout(error)) throw new AppError('SEARCH_TOO_BROAD', 'This search takes too long: narrow it by time, room, project, correlation id or rarer words.');
      throw error;
    }
  }
}

/**
 * The lines of each scope that the caller may see, newest first, and of those the newest: each scope is read in the order of its index,
 * and no further than the page. Null when the caller may see none.
 */
export function searchSql(principal: Principal, filter: CheckedLogFilter, page: PageRequest): Prisma.Sql | null {
  const scopes = scopesOf(principal);
  if (scopes.length === 0 || (filter.projectId && !isId(filter.projectId))) return null;
  const order = Prisma.sql`ORDER BY at DESC, seq DESC LIMIT ${page.first + 1}`;
  const matches = Prisma.join(conditions(filter, page), ' AND ');
  const ofScopes = scopes.map((scope) => Prisma.sql`(SELECT ${COLUMNS} FROM log_record WHERE ${scope} AND ${matches} ${order})`);
  return Prisma.sql`SELECT * FROM (${Prisma.join(ofScopes, ' UNION ALL ')}) l ${order}`;
}

/** Lines of the system for those who run it; lines about the organisation's projects for those who may read them there. */
function scopesOf(principal: Principal): Prisma.Sql[] {
  const { organizationId, everywhere, projects } = scopeOf(principal, 'log:read');
  const ofSystem = holds(principal, 'log:read-system') ? [Prisma.sql`scope = ${NONE}::uuid`] : [];
  if (organizationId === NONE) return ofSystem;
  if (everywhere) return [...ofSystem, Prisma.sql`scope = ${organizationId}::uuid`];
  return projects.length === 0 ? ofSystem : [...ofSystem, Prisma.sql`scope = ${organizationId}::uuid AND project_id = ANY(${[...projects]}::uuid[])`];
}

function conditions(filter: CheckedLogFilter, { after }: PageRequest): Prisma.Sql[] {
  const { to, level, room, projectId, correlationId, incidentId, text } = filter;
  const from = filter.from ?? (correlationId || incidentId ? null : new Date((to?.getTime() ?? Date.now()) - DAY_MS));
  const severity = level ? SEVERITIES[level] : null;
  const seen = after === null ? null : placeOf(after);
  return [
    Prisma.sql`TRUE`,
    ...(from ? [Prisma.sql`at >= ${from}`] : []),
    ...(to ? [Prisma.sql`at < ${to}`] : []),
    // The second condition tells the planner which days cannot hold a row of the page.
    ...(seen ? [Prisma.sql`(at, seq) < (${seen.at}, ${seen.seq}) AND at <= ${seen.at}`] : []),
    // As the partial index says it, so that it is used for WARN and above.
    ...(severity !== null && severity >= SEVERITIES.WARN ? [Prisma.sql`severity >= 13`] : []),
    ...(severity !== null && severity !== SEVERITIES.WARN ? [Prisma.sql`severity >= ${severity}`] : []),
    ...(room ? [Prisma.sql`room = ${room}`] : []),
    ...(projectId ? [Prisma.sql`project_id = ${projectId}::uuid`] : []),
    ...(correlationId ? [Prisma.sql`correlation_id = ${correlationId}`] : []),
    ...(incidentId ? [Prisma.sql`incident_id = ${incidentId}`] : []),
    ...(text ? [Prisma.sql`words @@ websearch_to_tsquery('simple', ${text})`] : []),
  ];
}

/** How a cursor, and an id, say where a line stands. */
export function keyOf({ at, seq }: Pick<LogRow, 'at' | 'seq'>): string {
  return `${at.toISOString()} ${seq}`;
}

function placeOf(key: string): { at: Date; seq: bigint } {
  const [time = '', seq = ''] = key.split(' ');
  const at = new Date(time);
  if (Number.isNaN(at.getTime()) || !/^\d{1,18}$/.test(seq)) throw new BadInputError('after', 'is not a cursor of this list');
  return { at, seq: BigInt(seq) };
}
