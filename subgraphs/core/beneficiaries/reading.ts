import type { Principal } from '#kernel/auth';
import { fromPrisma } from '#kernel/db';
import { appendAudit } from '#kernel/events';
import { currentRequest } from '#kernel/telemetry';
import type { CoreDatabase } from '../database';
import { PERSONAL_DATA_READ } from '../protected-data';

/** Records whose personal data a request is about to show: one entry for all people that it reads at once, ids only. */
export async function recordReading(database: CoreDatabase, principal: Principal, beneficiaryIds: readonly string[], purpose: string | null): Promise<void> {
  if (beneficiaryIds.length === 0) return;
  await appendAudit(fromPrisma(database), {
    actorId: principal.subject,
    action: PERSONAL_DATA_READ,
    entityType: 'PersonalData',
    entityId: currentRequest()?.requestId ?? 'unknown',
    organizationId: principal.organizationId,
    payload: { purpose: purpose ?? 'unstated', beneficiaryIds },
  });
}
