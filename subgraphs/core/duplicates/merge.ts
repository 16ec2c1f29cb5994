import { AppError } from '#kernel/errors';
import { openPersonalData, writeIdentifiers } from '../beneficiaries';
import type { CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import type { MergeRow } from './duplicate.repository';

/** Who stands there gets nothing more there. */
const OUT = ['DECLINED', 'REMOVED', 'COMPLETED'] as const;

/**
 * Gives the enrolments of somebody to whom they are merged into. Where both are in one project, money may be on its way to both: that is for somebody to sort out
 * first, unless one of the two is out of it. @returns the ids of those that moved. @throws AppError INVALID_TRANSITION
 */
export async function moveEnrollmentsOf(tx: CoreTransaction, from: string, to: string): Promise<string[]> {
  const rows = await tx.models.enrollment.findMany({ where: { beneficiaryId: { in: [from, to] } } });
  const there = new Map(rows.filter(({ beneficiaryId }) => beneficiaryId === to).map((row) => [row.projectId, row]));
  const out = (status: string): boolean => OUT.some((one) => one === status);
  const theirs = rows.filter(({ beneficiaryId }) => beneficiaryId === from);
  const clash = theirs.find((row) => !out(row.status) && !out(there.get(row.projectId)?.status ?? 'REMOVED'));
  if (clash) throw new AppError('INVALID_TRANSITION', `Both take part in the project ${clash.projectId}: remove one of them from it first.`, { field: 'id', projectId: clash.projectId });
  const moving = theirs.filter(({ projectId }) => !there.has(projectId)).map(({ id }) => id);
  await tx.models.enrollment.updateMany({ where: { id: { in: moving } }, data: { beneficiaryId: to } });
  return moving;
}

/** Gives back what was moved and is still there. */
export async function returnEnrollments(tx: CoreTransaction, { movedEnrollments, survivorId, mergedId }: MergeRow): Promise<void> {
  await tx.models.enrollment.updateMany({ where: { id: { in: movedEnrollments }, beneficiaryId: survivorId }, data: { beneficiaryId: mergedId } });
}

/** Whoever is merged is found by the survivor only. */
export async function takeIdentifiers(tx: CoreTransaction, beneficiaryId: string): Promise<void> {
  await tx.sql.execute('DELETE FROM beneficiary_identifier WHERE beneficiary_id = $1::uuid', [beneficiaryId]);
}

/** Makes somebody found again: what they are found by follows from what is sealed. */
export async function restoreIdentifiers(tx: CoreTransaction, protectedData: ProtectedData, organizationId: string, beneficiaryId: string): Promise<void> {
  const [personal] = await openPersonalData(protectedData, await tx.models.beneficiaryPii.findMany({ where: { beneficiaryId } }));
  const person = await tx.models.beneficiary.findUniqueOrThrow({ where: { id: beneficiaryId }, select: { walletAddress: true } });
  if (personal) await writeIdentifiers(tx, protectedData, [{ owner: { id: beneficiaryId, organizationId, walletAddress: person.walletAddress }, personal }]);
}
