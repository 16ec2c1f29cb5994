import type { ConflictRow } from './offline.repository';
import { OfflineConflict, OfflineItemReceipt, OfflineReceipt, type OfflineConflictKind, type OfflineConflictStatus, type OfflineOutcome } from './offline.type';
import type { Receipt } from './submission.service';

export function toReceipt(deviceId: string, { hash, nextSeq, items }: Receipt): OfflineReceipt {
  const receipts = items.map(({ seq, clientId, outcome, beneficiaryId, conflict }) =>
    Object.assign(new OfflineItemReceipt(), { seq, clientId, beneficiaryId, outcome: outcome as OfflineOutcome, conflict: (conflict?.kind ?? null) as OfflineConflictKind | null }),
  );
  return Object.assign(new OfflineReceipt(), { deviceId, hash, nextSeq, items: receipts });
}

export function toConflict(row: ConflictRow): OfflineConflict {
  const { id, deviceId, clientId, problem, areaCode, occurredAt, createdAt, beneficiaryId, resolvedById, resolvedAt, reason } = row;
  const plain = { id, deviceId, clientId, problem, areaCode, occurredAt, createdAt, beneficiaryId, resolvedById, resolvedAt, reason };
  return Object.assign(new OfflineConflict(), { ...plain, kind: row.kind as OfflineConflictKind, status: row.status as OfflineConflictStatus });
}
