import { appendAudit, appendEvent } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { projectEvents, type ProjectNews } from './project.events';
import { factsOf } from './project-facts';
import type { ProjectRow } from './project.repository';

/** Writes the audit entry and the event of one change of a project, in the transaction of the change. */
export async function tell(tx: CoreTransaction, news: ProjectNews, row: ProjectRow, by: { actorId: string | null; payload?: Record<string, unknown> }): Promise<void> {
  const definition = projectEvents[news];
  await appendAudit(tx.sql, {
    actorId: by.actorId,
    action: definition.name,
    entityType: 'Project',
    entityId: row.id,
    organizationId: row.organizationId,
    projectId: row.id,
    payload: { status: row.status, revision: row.revision, ...by.payload },
  });
  await appendEvent(tx.sql, { definition, projectId: row.id, aggregateType: 'Project', aggregateId: row.id, payload: factsOf(row) });
}
