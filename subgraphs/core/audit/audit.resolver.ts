import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { PageArgs, batchById, pageRequest, perRequest, toConnection, type Connection } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import { toCheckpoint, toEntry, toLeaf } from './audit.mapper';
import { AuditProofs } from './audit-proofs';
import type { AuditRepository, LeafRow } from './audit.repository';
import { AuditCheckpoint, AuditCheckpointConnection, AuditConsistencyProof, AuditEntry, AuditEntryConnection, AuditFilter, AuditInclusionProof, AuditLeaf, AuditLog } from './audit.type';

@Resolver(() => AuditEntry)
export class AuditResolver {
  private readonly leaves: (context: CoreContext) => DataLoader<string, LeafRow | null>;
  private readonly proofs: (context: CoreContext) => AuditProofs;

  constructor(
    private readonly repository: AuditRepository,
    database: CoreDatabase,
  ) {
    this.leaves = perRequest(() => batchById((ids) => repository.leaves(ids), ({ entryId }) => entryId));
    this.proofs = perRequest(() => new AuditProofs(database, repository));
  }

  @Query(() => AuditEntryConnection, { description: 'The audit log, newest first, as far as the caller may read it.' })
  async auditEntries(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Which entries to list.' }) filter?: AuditFilter,
  ): Promise<Connection<AuditEntry>> {
    const page = pageRequest(args);
    return toConnection((await this.repository.list(principal, filter ?? {}, page)).map(toEntry), page, (entry) => entry.seq.toString());
  }

  @Query(() => AuditEntry, { nullable: true, description: 'The audit entry with this id; null when there is none that the caller may read.' })
  async auditEntry(@Ctx() { principal }: CoreContext, @Arg('id', () => ID, { description: 'The id of the entry.' }) id: string): Promise<AuditEntry | null> {
    const [row] = await this.repository.find(principal, [id]);
    return row ? toEntry(row) : null;
  }

  @FieldResolver(() => AuditLeaf, { nullable: true, description: 'Where the entry stands in the log; null for the moment between the change and that.' })
  async leaf(@Root() { id }: AuditEntry, @Ctx() context: CoreContext): Promise<AuditLeaf | null> {
    const row = await this.leaves(context).load(id);
    return row && toLeaf(row);
  }

  @FieldResolver(() => AuditInclusionProof, {
    nullable: true,
    description: 'What shows that this entry is in the log; null for the seconds until a checkpoint is over it. Errors: BAD_USER_INPUT (treeSize is the size of no checkpoint, or the entry came later).',
  })
  async inclusionProof(
    @Root() entry: AuditEntry,
    @Ctx() context: CoreContext,
    @Arg('treeSize', () => Int, { nullable: true, description: 'The size of the checkpoint to lead to; the newest one when left out.' }) treeSize?: number,
  ): Promise<AuditInclusionProof | null> {
    return this.proofs(context).inclusion(entry, await this.leaves(context).load(entry.id), treeSize ?? null);
  }

  @Query(() => AuditLog, { description: 'The audit log of this instance as a whole: its name, its keys, and its newest checkpoint.' })
  async auditLog(): Promise<AuditLog> {
    const [verifierKeys, checkpoint] = await Promise.all([this.repository.verifierKeys(), this.repository.checkpoint(null)]);
    return Object.assign(new AuditLog(), { origin: checkpoint?.note.split('\n')[0] ?? null, verifierKeys, newestCheckpoint: checkpoint && toCheckpoint(checkpoint) });
  }

  @Query(() => AuditCheckpointConnection, { description: 'The signed checkpoints of the audit log, newest first.' })
  async auditCheckpoints(@Args(() => PageArgs) args: PageArgs): Promise<Connection<AuditCheckpoint>> {
    const page = pageRequest(args);
    return toConnection((await this.repository.checkpoints(page)).map(toCheckpoint), page, ({ treeSize }) => String(treeSize));
  }

  @Query(() => AuditConsistencyProof, {
    description: 'What shows that the log with the older checkpoint is the beginning of the one with the newer. Errors: BAD_USER_INPUT (a size is of no checkpoint, or they are the wrong way round).',
  })
  auditConsistencyProof(
    @Ctx() context: CoreContext,
    @Arg('olderSize', () => Int, { description: 'The size of the older checkpoint.' }) olderSize: number,
    @Arg('newerSize', () => Int, { nullable: true, description: 'The size of the newer checkpoint; the newest one when left out.' }) newerSize?: number,
  ): Promise<AuditConsistencyProof> {
    return this.proofs(context).consistency(olderSize, newerSize ?? null);
  }
}
