import { newId } from '#kernel/db';
import { AppError, NotFoundError } from '#kernel/errors';
import { appendAudits, appendEvents } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { enrollmentEvents } from './enrollment.events';

const ENDED = ['CLOSING', 'CLOSED', 'ARCHIVED'];

/**
 * Enrols people who were registered in the same transaction, in as few statements for thousands as for one. Whoever calls has checked that it may be done.
 * @throws AppError NOT_FOUND, PROJECT_CLOSED.
 */
export async function enrolNewcomers(tx: CoreTransaction, by: { actorId: string | null; organizationId: string }, projectId: string, beneficiaryIds: readonly string[]): Promise<void> {
  const [project] = await tx.sql.query<{ status: string }>('SELECT status::text AS status FROM project WHERE id = $1::uuid AND organization_id = $2::uuid FOR SHARE', [projectId, by.organizationId]);
  if (!project) throw new NotFoundError('The project');
  if (ENDED.includes(project.status)) throw new AppError('PROJECT_CLOSED', 'The project is closed.', { projectId });
  const rows = await tx.models.enrollment.createManyAndReturn({ data: beneficiaryIds.map((beneficiaryId) => ({ id: newId(), projectId, beneficiaryId })) });
  const definition = enrollmentEvents.created;
  await appendAudits(tx.sql, rows.map(({ id, beneficiaryId, status }) => ({ ...by, action: definition.name, entityType: 'Enrollment', entityId: id, projectId, payload: { beneficiaryId, status } })));
  await appendEvents(
    tx.sql,
    rows.map(({ id, beneficiaryId, status }) => ({ definition, projectId, aggregateType: 'Enrollment', aggregateId: id, payload: { enrollmentId: id, projectId, beneficiaryId, status } })),
  );
}
