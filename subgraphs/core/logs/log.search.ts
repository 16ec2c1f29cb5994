import { holds, type Principal } from '#kernel/auth';
import { BadInputError } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { SEVERITIES } from '#kernel/logs';
import { Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import { scopeOf } from '../scope';
import type { CheckedLogFilter } from './log.inputs';

const COLUMNS = Prisma.raw(`at, seq, severity, room, instance, release, message, project_id AS "projectId", correlation_id AS "correlationId", job_id AS "jobId", event_id AS "eventId",
  incident_id AS "incidentId", trace_id AS "traceId", span_id AS "spanId", exception_id AS "exceptionId", attributes`);
const DAY_MS = 24 * 3600_000;
const NEWEST_FIRST = Prisma.sql`ORDER BY at DESC, seq DESC`;
/** A word that stands in more lines of a day is common: reading the day in order meets it soon. */
export const COMMON = 5000;

/** A stretch of time, from and up to; null is open. */
export interface Window {
  from: Date | null;
  to: Date | null;
}

/** A search that may be asked for one window after the other. */
export interface LogSearch {
  window: Window;
  /** Whether words are looked for, and nothing else leads to the lines. */
  byWords: boolean;
  /** The newest lines of each scope, and of those the newest: each scope is read in the order of an index, and no further than the page. */
  inOrder(window: Window, limit: number): Prisma.Sql;
  /** The newest of all lines that match, found by their words whatever their order; none of them when there are {@link COMMON} or more (then `hits` says so). */
  byHits(window: Window, limit: number): Prisma.Sql;
}

/** What the caller looks for, within what they may see; null when they may see nothing. @throws BadInputError for a cursor that is none. */
export function searchOf(principal: Principal, filter: CheckedLogFilter, page: PageRequest): LogSearch | null {
  const scopes = scopesOf(principal, filter.projectId);
  if (scopes.length === 0) return null;
  const seen = page.after === null ? null : placeOf(page.after);
  const matches = conditions(filter, seen);
  const where = (scope: Prisma.Sql, { from, to }: Window): Prisma.Sql =>
    Prisma.join([scope, ...matches, ...(from ? [Prisma.sql`at >= ${from}`] : []), ...(to ? [Prisma.sql`at < ${to}`] : [])], ' AND ');
  return {
    window: windowOf(filter, seen),
    byWords: Boolean(filter.text) && !filter.correlationId && !filter.incidentId,
    inOrder: (window, limit) => {
      const ofScopes = scopes.map((scope) => Prisma.sql`(SELECT ${COLUMNS} FROM log_record WHERE ${where(scope, window)} ${NEWEST_FIRST} LIMIT ${limit})`);
      return Prisma.sql`SELECT *, 0 AS hits FROM (${Prisma.join(ofScopes, ' UNION ALL ')}) l ${NEWEST_FIRST} LIMIT ${limit}`;
    },
    // The planner does not know how rare a word is. Without an order it takes the index of words; with one it may read the whole day.
    byHits: (window, limit) => Prisma.sql`
      WITH hits AS MATERIALIZED (SELECT at, seq FROM log_record WHERE ${where(Prisma.sql`(${Prisma.join(scopes, ' OR ')})`, window)} LIMIT ${COMMON}),
        newest AS MATERIALIZED (SELECT at, seq FROM hits ${NEWEST_FIRST} LIMIT ${limit})
      SELECT ${COLUMNS}, (SELECT count(*) FROM hits)::int AS hits FROM newest JOIN log_record USING (at, seq) WHERE ${where(Prisma.sql`TRUE`, window)} ${NEWEST_FIRST}`,
  };
}

/** Lines of the system for those who run it; lines about the organisation's projects for those who may read them there. */
function scopesOf(principal: Principal, projectId: string | null): Prisma.Sql[] {
  const { organizationId, everywhere, projects } = scopeOf(principal, 'log:read');
  // No line of the system is about a project; only we know that, and the planner would look for one.
  const ofSystem = holds(principal, 'log:read-system') && projectId === null ? [Prisma.sql`scope = ${NONE}::uuid`] : [];
  if (organizationId === NONE) return ofSystem;
  if (everywhere) return [...ofSystem, Prisma.sql`scope = ${organizationId}::uuid`];
  return projects.length === 0 ? ofSystem : [...ofSystem, Prisma.sql`(scope = ${organizationId}::uuid AND project_id = ANY(${[...projects]}::uuid[]))`];
}

interface Place {
  at: Date;
  seq: bigint;
}

/** The last day, unless something leads to the lines wherever they are; and nothing that is newer than what was seen. */
function windowOf({ from, to, correlationId, incidentId }: CheckedLogFilter, seen: Place | null): Window {
  const start = from ?? (correlationId || incidentId ? null : new Date((to?.getTime() ?? Date.now()) - DAY_MS));
  const afterSeen = seen && new Date(seen.at.getTime() + 1);
  return { from: start, to: afterSeen && (!to || afterSeen < to) ? afterSeen : (to ?? null) };
}

function conditions({ level, room, projectId, correlationId, incidentId, text }: CheckedLogFilter, seen: Place | null): Prisma.Sql[] {
  const severity = level ? SEVERITIES[level] : null;
  return [
    ...(seen ? [Prisma.sql`(at, seq) < (${seen.at}, ${seen.seq})`] : []),
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
export function keyOf({ at, seq }: Place): string {
  return `${at.toISOString()} ${seq}`;
}

function placeOf(key: string): Place {
  const [time = '', seq = ''] = key.split(' ');
  const at = new Date(time);
  if (Number.isNaN(at.getTime()) || !/^\d{1,18}$/.test(seq)) throw new BadInputError('after', 'is not a cursor of this list');
  return { at, seq: BigInt(seq) };
}
