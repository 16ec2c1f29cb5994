import type { SqlTransaction } from '#kernel/db';
import { exportLogsSchema, fromAnyValue, fromKeyValues, type OtlpRecord } from '#kernel/logs';
import { projectOf } from '#kernel/tls';
import type { z } from 'zod';
import { NONE } from '../change';
import type { Exception } from '../exceptions';

/** A line that came in, attributed. */
export interface IncomingLine extends Omit<Exception, 'type' | 'code' | 'stack'> {
  spanId: string | null;
  /** What it tells of, where it tells of an unexpected error. */
  exception: { type: string; code: string | null; message: string; stack: string } | null;
}

type Request = z.output<typeof exportLogsSchema>;

const LONGEST = { message: 8192, id: 128, attributes: 16_384 };
const AHEAD_MS = 5 * 60_000;
const BEHIND_MS = 24 * 3600_000;

/**
 * Lines of a request. Who wrote them is what the certificate says: a project service speaks for its project and its instance, whatever it
 * writes of others.
 */
export function linesOf(request: Request, caller: string, now = new Date()): IncomingLine[] {
  return request.resourceLogs.flatMap(({ resource, scopeLogs }) => {
    const said = fromKeyValues(resource.attributes);
    const [room = '', , instanceId] = caller.slice('spiffe://rahat/'.length).split('/');
    const from = { room, release: text(said['service.version'], 100), instance: instanceId ?? text(said['service.instance.id'], LONGEST.id), ownProject: projectOf(caller) };
    return scopeLogs.flatMap(({ logRecords }) => logRecords.map((record) => lineOf(record, from, now)));
  });
}

function lineOf(record: OtlpRecord, { ownProject, ...from }: { room: string; release: string | null; instance: string | null; ownProject: string | null }, now: Date): IncomingLine {
  const { requestId, jobId, eventId, incidentId, projectId, ...rest } = fromKeyValues(record.attributes);
  const { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack, 'exception.code': code, ...others } = rest;
  const named = text(projectId, LONGEST.id);
  return {
    ...from,
    at: timeOf(record, now),
    severity: record.severityNumber,
    message: text(record.body && fromAnyValue(record.body), LONGEST.message) ?? '',
    projectId: ownProject ?? (named && UUID.test(named) ? named : null),
    correlationId: text(requestId, LONGEST.id),
    jobId: text(jobId, LONGEST.id),
    eventId: text(eventId, LONGEST.id),
    incidentId: text(incidentId, LONGEST.id),
    traceId: record.traceId || null,
    spanId: record.spanId || null,
    attributes: JSON.stringify(others).length > LONGEST.attributes ? { cut: true } : others,
    exception: typeof type === 'string' ? { type: text(type, 200) ?? 'Error', code: code === undefined ? null : text(code, 100), message: text(message, LONGEST.message) ?? '', stack: text(stack, 16_384) ?? '' } : null,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// Clocks differ, and lines may have waited; but nobody writes into yesterday's partition, or into next year's.
function timeOf({ timeUnixNano }: OtlpRecord, now: Date): Date {
  const at = timeUnixNano === undefined ? now.getTime() : Number(BigInt(timeUnixNano) / 1_000_000n);
  return at > now.getTime() + AHEAD_MS || at < now.getTime() - BEHIND_MS ? now : new Date(at);
}

function text(value: unknown, longest: number): string | null {
  return value === undefined || value === null ? null : String(value).slice(0, longest);
}

// PostgreSQL stores neither NUL nor halves of a surrogate pair, which cutting leaves behind.
const NOT_STORED = /\0|\p{Cs}/gu;

/** Rows for `jsonb_to_recordset`. */
function rowsOf(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'string' ? value.replace(NOT_STORED, '\ufffd') : value));
}

/** Makes sure that there is a partition for each of these days (UTC, `2026-01-31`). */
export async function ensurePartitions(tx: SqlTransaction, days: Iterable<string>): Promise<void> {
  for (const day of days) await tx.query('SELECT 1 AS done FROM (SELECT ensure_log_partition($1::text::date)) e', [day]);
}

/** Says of lines about projects whose they are, and of what type the project is. */
export async function withScopes(tx: SqlTransaction, lines: readonly IncomingLine[]): Promise<Array<IncomingLine & { scope: string }>> {
  const ids = [...new Set(lines.flatMap(({ projectId }) => projectId ?? []))];
  const found = ids.length === 0 ? [] : await tx.query<{ id: string; organizationId: string; type: string }>('SELECT id, organization_id AS "organizationId", type_code AS type FROM project WHERE id = ANY($1::uuid[])', [ids]);
  const projects = new Map(found.map((project) => [project.id, project]));
  return lines.map((line) => {
    const project = line.projectId === null ? undefined : projects.get(line.projectId.toLowerCase());
    return { ...line, scope: project?.organizationId ?? NONE, room: line.room === 'project' && project ? `project:${project.type}` : line.room };
  });
}

export async function insertLines(tx: SqlTransaction, lines: ReadonlyArray<IncomingLine & { scope: string; exceptionId: string | null }>): Promise<void> {
  await tx.execute(
    `INSERT INTO log_record (at, scope, project_id, room, instance, release, severity, message, correlation_id, job_id, event_id, incident_id, trace_id, span_id, exception_id, attributes)
     SELECT at, scope, "projectId", room, instance, release, severity, message, "correlationId", "jobId", "eventId", "incidentId", "traceId", "spanId", "exceptionId", attributes
     FROM jsonb_to_recordset($1::jsonb) AS l(at timestamptz, scope uuid, room text, instance text, release text, severity smallint, message text, "projectId" uuid,
       "correlationId" text, "jobId" text, "eventId" text, "incidentId" text, "traceId" text, "spanId" text, "exceptionId" uuid, attributes jsonb)`,
    [rowsOf(lines.map(({ exception: _exception, ...line }) => line))],
  );
}
