import { appendAudits, appendEvents } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { beneficiaryEvents, type BeneficiaryNews } from './beneficiary.events';

/** Writes the audit entry and the event of a change of each of these people, in the transaction of the change. `payload`: nothing personal. */
export async function tellOfPeople(
  tx: CoreTransaction,
  news: BeneficiaryNews,
  by: { actorId: string | null; organizationId: string },
  ids: readonly string[],
  payload: Record<string, unknown> = {},
): Promise<void> {
  const definition = beneficiaryEvents[news];
  const { actorId, organizationId } = by;
  const entry = { actorId, action: definition.name, entityType: 'Beneficiary', organizationId, payload };
  await appendAudits(tx.sql, ids.map((entityId) => ({ ...entry, entityId })));
  await appendEvents(tx.sql, ids.map((id) => ({ definition, aggregateType: 'Beneficiary', aggregateId: id, payload: { beneficiaryId: id, organizationId } })));
}
