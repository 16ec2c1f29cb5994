import { newId } from '#kernel/db';
import { AppError, NotFoundError } from '#kernel/errors';
import { appendAudits, appendEvents, type EventDefinition } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { enrollmentEvents } from './enrollment.events';
import type { EnrollmentRow } from './enrollment.repository';
import { changeTerms, type Terms } from './terms';
import { NEXT } from './transitions';

const ENDED = ['CLOSING', 'CLOSED', 'ARCHIVED'];

/** What is told of an enrollment. */
type Told = Pick<EnrollmentRow, 'id' | 'projectId' | 'beneficiaryId' | 'status'>;
type By = { actorId: string | null; organizationId: string };

/**
 * Enrols people, in as few statements for thousands as for one; who is enrolled already stays as they are. Whoever calls has checked that it may be done, and
 * that their registrations stand so that it can be. @param terms Of some of them, by id; also of who is enrolled already. @throws AppError NOT_FOUND, PROJECT_CLOSED.
 */
export async function enrolPeople(tx: CoreTransaction, by: By, projectId: string, beneficiaryIds: readonly string[], terms: ReadonlyMap<string, Partial<Terms>> = new Map()): Promise<void> {
  await holdOpenProject(tx, by.organizationId, projectId);
  const rows = await tx.sql.query<Told>(
    `INSERT INTO enrollment (id, project_id, beneficiary_id, updated_at) SELECT e.id, $2::uuid, e.person, now() FROM unnest($1::uuid[], $3::uuid[]) AS e(id, person) ON CONFLICT (project_id, beneficiary_id) DO NOTHING
     RETURNING id, project_id AS "projectId", beneficiary_id AS "beneficiaryId", status::text AS status`,
    [beneficiaryIds.map(() => newId()), projectId, beneficiaryIds],
  );
  await tellOfMany(tx, by, enrollmentEvents.created, rows, null);
  if (terms.size > 0) await changeTerms(tx, by, projectId, terms, null);
}

/**
 * Moves people on in a project, in as few statements for thousands as for one. Whoever calls has checked that it may be done.
 * @returns who is not enrolled, or stands where the step is not possible. @throws AppError NOT_FOUND, PROJECT_CLOSED.
 */
export async function moveEnrollments(tx: CoreTransaction, by: By, move: { projectId: string; beneficiaryIds: readonly string[]; status: string; reason: string }): Promise<string[]> {
  const { projectId, beneficiaryIds, reason } = move;
  const status = move.status as EnrollmentRow['status'];
  await holdOpenProject(tx, by.organizationId, projectId);
  await tx.sql.query('SELECT id FROM enrollment WHERE project_id = $1::uuid AND beneficiary_id = ANY($2::uuid[]) ORDER BY id FOR UPDATE', [projectId, beneficiaryIds]);
  const rows = await tx.models.enrollment.findMany({ where: { projectId, beneficiaryId: { in: [...beneficiaryIds] } } });
  const movable = rows.filter((row) => NEXT[row.status].includes(status));
  await tx.models.enrollment.updateMany({ where: { id: { in: movable.map(({ id }) => id) } }, data: { status } });
  await tellOfMany(tx, by, enrollmentEvents.statusChanged, movable.map((row) => ({ ...row, status })), reason);
  const moved = new Set(movable.map(({ beneficiaryId }) => beneficiaryId));
  return beneficiaryIds.filter((id) => !moved.has(id));
}

async function holdOpenProject(tx: CoreTransaction, organizationId: string, projectId: string): Promise<void> {
  const [project] = await tx.sql.query<{ status: string }>('SELECT status::text AS status FROM project WHERE id = $1::uuid AND organization_id = $2::uuid FOR SHARE', [projectId, organizationId]);
  if (!project) throw new NotFoundError('The project');
  if (ENDED.includes(project.status)) throw new AppError('PROJECT_CLOSED', 'The project is closed.', { projectId });
}

async function tellOfMany(tx: CoreTransaction, by: By, definition: EventDefinition, rows: readonly Told[], reason: string | null): Promise<void> {
  if (rows.length === 0) return;
  const why = reason === null ? {} : { reason };
  await appendAudits(tx.sql, rows.map(({ id, projectId, beneficiaryId, status }) => ({ ...by, action: definition.name, entityType: 'Enrollment', entityId: id, projectId, payload: { beneficiaryId, status, ...why } })));
  await appendEvents(
    tx.sql,
    rows.map(({ id, projectId, beneficiaryId, status }) => ({ definition, projectId, aggregateType: 'Enrollment', aggregateId: id, payload: { enrollmentId: id, projectId, beneficiaryId, status } })),
  );
}
