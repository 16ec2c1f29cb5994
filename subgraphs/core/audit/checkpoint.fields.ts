import type DataLoader from 'dataloader';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { batchById, perRequest } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { toAnchor } from './audit.mapper';
import type { AnchorRow, AuditRepository } from './audit.repository';
import { AuditAnchor, AuditCheckpoint } from './audit.type';

@Resolver(() => AuditCheckpoint)
export class CheckpointFields {
  private readonly anchorsOf: (context: CoreContext) => DataLoader<string, { size: string; anchors: AnchorRow[] } | null>;

  constructor(repository: AuditRepository) {
    const load = async (sizes: readonly string[]) => {
      const anchors = await repository.anchors(sizes.map(BigInt));
      return sizes.map((size) => ({ size, anchors: anchors.filter(({ treeSize }) => treeSize.toString() === size) }));
    };
    this.anchorsOf = perRequest(() => batchById(load, ({ size }) => size));
  }

  @FieldResolver(() => [AuditAnchor], { description: 'Where on chain this checkpoint is; none for most of them.' })
  async anchors(@Root() { treeSize }: AuditCheckpoint, @Ctx() context: CoreContext): Promise<AuditAnchor[]> {
    return ((await this.anchorsOf(context).load(String(treeSize)))?.anchors ?? []).map(toAnchor);
  }
}
