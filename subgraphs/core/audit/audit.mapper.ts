import type { AnchorRow, AuditRow, CheckpointRow, LeafRow } from './audit.repository';
import { AuditAnchor, AuditCheckpoint, AuditEntry, AuditLeaf, type AuditActorType } from './audit.type';
import { payloadHash } from './tree/leaf';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function toEntry(row: AuditRow): AuditEntry {
  return Object.assign(new AuditEntry(), { ...row, actorType: row.actorType as AuditActorType, payload: row.payload as object, payloadHash: payloadHash(row.payload) });
}

export function toLeaf({ index, hash, includedAt }: LeafRow): AuditLeaf {
  return Object.assign(new AuditLeaf(), { index: Number(index), hash: hex(hash), includedAt });
}

export function toCheckpoint({ treeSize, rootHash, note, signedAt }: CheckpointRow): AuditCheckpoint {
  return Object.assign(new AuditCheckpoint(), { treeSize: Number(treeSize), rootHash: hex(rootHash), note, signedAt });
}

export function toAnchor({ blockNumber, ...row }: AnchorRow): AuditAnchor {
  return Object.assign(new AuditAnchor(), row, { blockNumber: blockNumber.toString() });
}
