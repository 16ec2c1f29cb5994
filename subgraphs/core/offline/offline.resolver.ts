import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { DateTimeScalar, JsonScalar, PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { ConflictService } from './conflict.service';
import { toConflict, toReceipt } from './offline.mapper';
import { OfflineBatchInput, OfflineConflict, OfflineConflictConnection, OfflineConflictFilter, OfflineReceipt, ResolveOfflineConflictInput } from './offline.type';
import type { SubmissionService } from './submission.service';

type Loader<T> = (context: CoreContext) => DataLoader<string, T | null>;

/** Per-request loaders. */
export interface OfflineLoaders {
  byId: Loader<OfflineConflict>;
  content: Loader<{ id: string; registration: Record<string, unknown> }>;
  beneficiary: Loader<Beneficiary>;
}

@Resolver(() => OfflineConflict)
export class OfflineResolver {
  constructor(
    private readonly submissions: SubmissionService,
    private readonly conflicts: ConflictService,
    private readonly loaders: OfflineLoaders,
  ) {}

  @Query(() => OfflineConflictConnection, { description: 'Registrations made without a network that the caller may decide on, oldest first.' })
  async offlineConflicts(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => OfflineConflictFilter, { nullable: true, description: 'Which conflicts to list.' }) filter?: OfflineConflictFilter,
  ): Promise<Connection<OfflineConflict>> {
    const page = pageRequest(args);
    return toConnection((await this.conflicts.list(principal, filter, page)).map(toConflict), page, (conflict) => conflict.id);
  }

  @FieldResolver(() => JsonScalar, { nullable: true, description: 'What the device sent, for callers who may read personal data there (beneficiary:read-pii); null for others, and once it is decided.' })
  async registration(@Root() { id }: OfflineConflict, @Ctx() context: CoreContext): Promise<Record<string, unknown> | null> {
    return (await this.loaders.content(context).load(id))?.registration ?? null;
  }

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'Whom it collides with, or became; null when there is nobody, or nobody that the caller may see.' })
  beneficiary(@Root() { beneficiaryId }: OfflineConflict, @Ctx() context: CoreContext): Promise<Beneficiary | null> | null {
    return beneficiaryId === null ? null : this.loaders.beneficiary(context).load(beneficiaryId);
  }

  @Mutation(() => OfflineReceipt, {
    description:
      'Takes registrations that the approved device of the caller made without a network. A batch may be sent as often as needed: it has one effect, and each repeat gets the same receipt, so that no idempotency key is needed. Errors: BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, SIGNATURE_INVALID, SEQUENCE_GAP (`extensions.expectedSeq`), SEQUENCE_FORKED.',
  })
  async submitOfflineRegistrations(
    @Ctx() { principal }: CoreContext,
    @Arg('deviceId', () => ID, { description: 'The id of the device.' }) deviceId: string,
    @Arg('batch', () => OfflineBatchInput, { description: 'The registrations, signed.' }) batch: OfflineBatchInput,
    @Arg('deviceTime', () => DateTimeScalar, { nullable: true, description: 'What the clock of the device shows as it sends, so that times can be put right.' }) deviceTime?: Date | null,
  ): Promise<OfflineReceipt> {
    return toReceipt(deviceId, await this.submissions.submit(principal, deviceId, batch, deviceTime ?? null));
  }

  @Mutation(() => OfflineConflict, {
    description: 'Decides on a registration that could not be taken as it was; what the device sent is then put away. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (the reference is taken), INVALID_TRANSITION (decided already), FORBIDDEN.',
  })
  async resolveOfflineConflict(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the conflict.' }) id: string,
    @Arg('input', () => ResolveOfflineConflictInput, { description: 'What to do.' }) input: ResolveOfflineConflictInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<OfflineConflict> {
    await this.conflicts.resolve(context.principal, id, input, key);
    this.loaders.content(context).clear(id);
    const conflict = await this.loaders.byId(context).clear(id).load(id);
    if (!conflict) throw new NotFoundError('The conflict');
    return conflict;
  }
}
