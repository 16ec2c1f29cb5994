import { appendAudit, appendEvent } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { importEvents, type ImportNews } from './import.events';

/** One audit entry and one event in the transaction of the change. `payload`: counts and codes, nothing of the file. */
export async function tell(
  tx: CoreTransaction,
  news: ImportNews,
  { id, organizationId, projectId }: { id: string; organizationId: string; projectId: string | null },
  actorId: string | null,
  payload: Record<string, unknown> = {},
): Promise<void> {
  const definition = importEvents[news];
  await appendAudit(tx.sql, { actorId, action: definition.name, entityType: 'ImportBatch', entityId: id, organizationId, projectId, payload });
  await appendEvent(tx.sql, { definition, ...(projectId === null ? {} : { projectId }), aggregateType: 'ImportBatch', aggregateId: id, payload: { batchId: id, organizationId, projectId } });
}
