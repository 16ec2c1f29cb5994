import type { SqlTransaction } from '#kernel/db';
import { appendAudit, appendEvent, type EventDefinition } from '#kernel/events';
import type { ProjectFacts } from '../../runtime';
import { voucherEvents } from './voucher.events';
import type { VoucherSnapshot } from './voucher.snapshot';

export interface VoucherNews {
  what: keyof typeof voucherEvents;
  actorId: string;
  project: ProjectFacts;
  /** As it is after the change. */
  voucher: VoucherSnapshot;
}

/** Writes the audit entry and the event of one change, in the transaction of the change. Ids and amounts only: nothing of the person. */
export async function tell(tx: SqlTransaction, { what, actorId, project, voucher }: VoucherNews): Promise<void> {
  const definition: EventDefinition = voucherEvents[what];
  const { beneficiaryId, vendorId, amountMinor, currency, status } = voucher;
  await appendAudit(tx, {
    actorId,
    action: definition.name,
    entityType: 'RfvVoucher',
    entityId: voucher.id,
    organizationId: project.organizationId,
    projectId: project.id,
    payload: { beneficiaryId, vendorId, amountMinor, currency, status },
  });
  const payload = { ...voucher, voucherId: voucher.id }; // the definition keeps what belongs to it
  await appendEvent(tx, { definition, projectId: project.id, aggregateType: 'RfvVoucher', aggregateId: voucher.id, payload });
}
