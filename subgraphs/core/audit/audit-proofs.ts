import { fromPrisma } from '#kernel/db';
import { BadInputError, NotFoundError } from '#kernel/errors';
import type { CoreDatabase } from '../database';
import type { AuditRepository, AuditRow, CheckpointRow, LeafRow } from './audit.repository';
import { toCheckpoint } from './audit.mapper';
import type { AuditConsistencyProof, AuditInclusionProof } from './audit.type';
import { leafText } from './tree/leaf';
import { TreeReader } from './tree/tree-reader';

/** Proofs from the tree, for one request: what they have in common is read once. */
export class AuditProofs {
  private readonly reader: TreeReader;
  private readonly checkpoints = new Map<number | null, Promise<CheckpointRow | null>>();

  constructor(
    database: CoreDatabase,
    private readonly repository: AuditRepository,
  ) {
    this.reader = new TreeReader(fromPrisma(database));
  }

  /** Null while no checkpoint is over the entry. @throws AppError BAD_USER_INPUT naming `treeSize` when no checkpoint has it, or the entry came later. */
  async inclusion(entry: AuditRow, leaf: LeafRow | null, treeSize: number | null): Promise<AuditInclusionProof | null> {
    const checkpoint = await this.checkpoint(treeSize);
    if (!checkpoint && treeSize !== null) throw new BadInputError('treeSize', 'is the size of no checkpoint');
    if (!leaf || !checkpoint || (leaf.index >= checkpoint.treeSize && treeSize === null)) return null;
    if (leaf.index >= checkpoint.treeSize) throw new BadInputError('treeSize', 'is smaller than the place of this entry');
    const index = Number(leaf.index);
    return { index, leaf: leafText(entry), hashes: inHex(await this.reader.inclusion(index, Number(checkpoint.treeSize))), checkpoint: toCheckpoint(checkpoint) };
  }

  /** @throws AppError BAD_USER_INPUT naming `olderSize` or `newerSize` when it is the size of no checkpoint, or they are the wrong way round. */
  async consistency(olderSize: number, newerSize: number | null): Promise<AuditConsistencyProof> {
    const [older, newer] = await Promise.all([this.checkpoint(olderSize), this.checkpoint(newerSize)]);
    if (!older) throw new BadInputError('olderSize', 'is the size of no checkpoint');
    if (!newer) throw newerSize === null ? new NotFoundError('A checkpoint') : new BadInputError('newerSize', 'is the size of no checkpoint');
    if (older.treeSize > newer.treeSize) throw new BadInputError('newerSize', 'must not be smaller than olderSize');
    return { older: toCheckpoint(older), newer: toCheckpoint(newer), hashes: inHex(await this.reader.consistency(olderSize, Number(newer.treeSize))) };
  }

  private checkpoint(treeSize: number | null): Promise<CheckpointRow | null> {
    const found = this.checkpoints.get(treeSize) ?? this.repository.checkpoint(treeSize);
    this.checkpoints.set(treeSize, found);
    return found;
  }
}

const inHex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));
