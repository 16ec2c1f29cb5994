import { newId, type SqlTransaction } from '#kernel/db';
import { fingerprintOf, titleOf } from './stack';

/** An exception as the receiver of logs takes it: redacted where it was thrown, attributed by the certificate of who sent it. */
export interface Exception {
  at: Date;
  room: string;
  instance: string | null;
  release: string | null;
  severity: number;
  type: string;
  code: string | null;
  message: string;
  stack: string;
  projectId: string | null;
  incidentId: string | null;
  correlationId: string | null;
  jobId: string | null;
  eventId: string | null;
  traceId: string | null;
  attributes: Readonly<Record<string, unknown>>;
}

/** One that was filed: in which group, and whether anybody wants to hear of it. */
export interface Filed {
  groupId: string;
  fingerprint: string;
  ignored: boolean;
}

/** How many of each group are kept. */
export const KEPT_OCCURRENCES = 50;

/** Files exceptions under their groups, in the transaction in which their lines are written. @returns what became of each, in the order given. */
export async function fileExceptions(tx: SqlTransaction, exceptions: readonly Exception[]): Promise<Filed[]> {
  const groups = new Map<string, Exception[]>();
  const fingerprints = exceptions.map((exception) => fingerprintOf(exception));
  exceptions.forEach((exception, index) => {
    const fingerprint = fingerprints[index] ?? '';
    groups.set(fingerprint, [...(groups.get(fingerprint) ?? []), exception]);
  });
  const filed = new Map<string, Filed>();
  // In one order in all transactions: two receivers do not wait for each other.
  for (const [fingerprint, ofGroup] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const group = await countIn(tx, fingerprint, ofGroup);
    await keepLatest(tx, group.id, ofGroup);
    filed.set(fingerprint, { groupId: group.id, fingerprint, ignored: group.state === 'IGNORED' });
  }
  return fingerprints.flatMap((fingerprint) => filed.get(fingerprint) ?? []);
}

/** A group that was resolved and is seen again afterwards is open again. */
async function countIn(tx: SqlTransaction, fingerprint: string, exceptions: readonly Exception[]): Promise<{ id: string; state: string }> {
  const inOrder = [...exceptions].sort((a, b) => a.at.getTime() - b.at.getTime());
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (!first || !last) throw new Error('A group has at least one exception.');
  const severity = Math.max(...exceptions.map((exception) => exception.severity));
  const [group] = await tx.query<{ id: string; state: string }>(
    `INSERT INTO exception_group AS g (id, fingerprint, room, type, title, severity, count, first_seen_at, last_seen_at, first_release, last_release)
     VALUES ($1::uuid, $2, $3, $4, $5, $6::smallint, $7::bigint, $8::timestamptz, $9::timestamptz, $10, $11)
     ON CONFLICT (fingerprint) DO UPDATE SET
       count = g.count + EXCLUDED.count,
       severity = greatest(g.severity, EXCLUDED.severity),
       first_seen_at = least(g.first_seen_at, EXCLUDED.first_seen_at),
       last_seen_at = greatest(g.last_seen_at, EXCLUDED.last_seen_at),
       last_release = CASE WHEN EXCLUDED.last_seen_at >= g.last_seen_at THEN EXCLUDED.last_release ELSE g.last_release END,
       state = CASE WHEN g.state = 'RESOLVED' AND EXCLUDED.last_seen_at > g.state_changed_at THEN 'OPEN' ELSE g.state END,
       regressed_at = CASE WHEN g.state = 'RESOLVED' AND EXCLUDED.last_seen_at > g.state_changed_at THEN EXCLUDED.last_seen_at ELSE g.regressed_at END
     RETURNING id, state::text AS state`,
    [newId(), fingerprint, first.room, first.type, titleOf(first.message), severity, exceptions.length, first.at.toISOString(), last.at.toISOString(), first.release, last.release],
  );
  if (!group) throw new Error('An upsert answers with its row.');
  return group;
}

async function keepLatest(tx: SqlTransaction, groupId: string, exceptions: readonly Exception[]): Promise<void> {
  const rows = exceptions.slice(-KEPT_OCCURRENCES).map(({ room: _room, severity: _severity, type: _type, code: _code, ...kept }) => ({ id: newId(), groupId, ...kept }));
  await tx.execute(
    `INSERT INTO exception_occurrence (id, group_id, at, release, instance, project_id, incident_id, correlation_id, job_id, event_id, trace_id, message, stack, attributes)
     SELECT id, "groupId", at, release, instance, "projectId", "incidentId", "correlationId", "jobId", "eventId", "traceId", message, stack, attributes
     FROM jsonb_to_recordset($1::jsonb) AS o(id uuid, "groupId" uuid, at timestamptz, release text, instance text, "projectId" uuid, "incidentId" text,
       "correlationId" text, "jobId" text, "eventId" text, "traceId" text, message text, stack text, attributes jsonb)`,
    [JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'string' ? value.replace(/\0|\p{Cs}/gu, '\ufffd') : value))],
  );
  await tx.execute(
    `DELETE FROM exception_occurrence WHERE group_id = $1::uuid AND (at, id) <
       (SELECT at, id FROM exception_occurrence WHERE group_id = $1::uuid ORDER BY at DESC, id DESC OFFSET $2::int LIMIT 1)`,
    [groupId, KEPT_OCCURRENCES - 1],
  );
}
