import type { GroupRow, SnapshotRow } from './group.repository';
import { BeneficiaryGroup, GroupMode, GroupSnapshot, type GroupPurpose } from './group.type';

export function toGroup(row: GroupRow): BeneficiaryGroup {
  return Object.assign(new BeneficiaryGroup(), {
    ...row,
    purpose: row.purpose as GroupPurpose,
    mode: row.filter === null ? GroupMode.STATIC : GroupMode.DYNAMIC,
    filter: row.filter as Record<string, unknown> | null,
  });
}

export function toSnapshot(row: SnapshotRow): GroupSnapshot {
  return Object.assign(new GroupSnapshot(), { ...row, hash: Buffer.from(row.hash).toString('hex') });
}
