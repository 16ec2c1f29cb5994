import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { ActionRow, BulkActionItem, BulkActionRepository } from './bulk-action.repository';
import type { BulkActionService } from './bulk-action.service';
import { BulkAction, BulkActionConnection, BulkActionFailure, BulkActionFailureConnection, StartBulkActionInput, type BulkActionKind, type BulkActionStatus } from './bulk-action.type';

/** Per-request loaders, and where failures are read. */
export interface BulkActionResolverDeps {
  byId: (context: CoreContext) => DataLoader<string, BulkAction | null>;
  failed: (context: CoreContext) => DataLoader<string, number>;
  repository: Pick<BulkActionRepository, 'failures'>;
}

@Resolver(() => BulkAction)
export class BulkActionResolver {
  constructor(
    private readonly service: BulkActionService,
    private readonly deps: BulkActionResolverDeps,
  ) {}

  @Query(() => BulkAction, { nullable: true, description: 'The bulk action with this id; null when there is none that the caller may see.' })
  bulkAction(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the bulk action.' }) id: string): Promise<BulkAction | null> {
    return this.deps.byId(context).load(id);
  }

  @Query(() => BulkActionConnection, { description: 'The bulk actions that the caller may see, newest first.' })
  async bulkActions(@Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<BulkAction>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, page)).map(toBulkAction), page, (action) => action.id);
  }

  @FieldResolver(() => Int, { description: 'To how many of those who were dealt with nothing was done.' })
  failed(@Root() { id }: BulkAction, @Ctx() context: CoreContext): Promise<number> {
    return this.deps.failed(context).load(id);
  }

  @FieldResolver(() => BulkActionFailureConnection, { description: 'The report: to whom nothing was done, and why.' })
  async failures(@Root() { id }: BulkAction, @Args(() => PageArgs) args: PageArgs): Promise<Connection<BulkActionFailure>> {
    const page = pageRequest(args);
    return toConnection((await this.deps.repository.failures(id, page)).map(toFailure), page, ({ position }) => String(position));
  }

  @Mutation(() => BulkAction, { description: 'Does something to many people in the background, in the name of the caller. Errors: BAD_USER_INPUT, FORBIDDEN (API keys cannot), NOT_FOUND.' })
  async startBulkAction(
    @Ctx() context: CoreContext,
    @Arg('input', () => StartBulkActionInput, { description: 'What, and to whom.' }) input: StartBulkActionInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<BulkAction> {
    return this.shown(context, await this.service.start(context.principal, input, key));
  }

  @Mutation(() => BulkAction, { description: 'Stops a bulk action; what was done stays done. Errors: NOT_FOUND, INVALID_TRANSITION (it has ended).' })
  async cancelBulkAction(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the bulk action.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<BulkAction> {
    return this.shown(context, await this.service.cancel(context.principal, id, key));
  }

  private async shown(context: CoreContext, id: string): Promise<BulkAction> {
    const action = await this.deps.byId(context).clear(id).load(id);
    if (!action) throw new NotFoundError('The bulk action');
    return action;
  }
}

export function toBulkAction({ id, projectId, total, cursor, createdAt, endedAt, ...row }: ActionRow): BulkAction {
  return Object.assign(new BulkAction(), { id, projectId, total, createdAt, endedAt, done: Math.min(cursor, total), kind: row.kind as BulkActionKind, status: row.status as BulkActionStatus });
}

function toFailure({ beneficiaryId, code, position }: BulkActionItem): BulkActionFailure {
  return Object.assign(new BulkActionFailure(), { beneficiaryId, code: code ?? '', position });
}
