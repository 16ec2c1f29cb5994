import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { CreateHouseholdInput, HouseholdFilter, HouseholdMemberInput, UpdateHouseholdInput } from './household.inputs';
import { toHousehold } from './household.mapper';
import type { HouseholdService } from './household.service';
import { Household, HouseholdConnection, HouseholdMember } from './household.type';

/** Per-request loaders. Members come only with people whom the caller may see, memberships only with households. */
export interface HouseholdLoaders {
  byId: (context: CoreContext) => DataLoader<string, Household | null>;
  beneficiary: (context: CoreContext) => DataLoader<string, Beneficiary | null>;
  members: Record<'lasting' | 'all', (context: CoreContext) => DataLoader<string, HouseholdMember[]>>;
  memberships: Record<'lasting' | 'all', (context: CoreContext) => DataLoader<string, HouseholdMember[]>>;
}

@Resolver(() => Household)
export class HouseholdResolver {
  constructor(
    private readonly service: HouseholdService,
    private readonly loaders: HouseholdLoaders,
  ) {}

  @Query(() => Household, { nullable: true, description: 'The household with this id; null when there is none that the caller may see.' })
  household(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the household.' }) id: string): Promise<Household | null> {
    return this.loaders.byId(context).load(id);
  }

  @Query(() => HouseholdConnection, { description: 'The households that the caller may see, oldest registration first.' })
  async households(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => HouseholdFilter, { nullable: true, description: 'Which households to list.' }) filter?: HouseholdFilter,
  ): Promise<Connection<Household>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, filter, page)).map(toHousehold), page, ({ id }) => id);
  }

  @FieldResolver(() => [HouseholdMember], { description: 'Who belongs to it, in order of coming, as far as the caller may see them.' })
  async members(
    @Root() { id }: Household,
    @Ctx() context: CoreContext,
    @Arg('past', () => Boolean, { nullable: true, description: 'Also who belonged to it, and in which roles; false when left out.' }) past?: boolean | null,
  ): Promise<HouseholdMember[]> {
    const members = await this.loaders.members[past ? 'all' : 'lasting'](context).load(id);
    const seen = await this.loaders.beneficiary(context).loadMany(members.map(({ beneficiaryId }) => beneficiaryId));
    return members.filter((_member, index) => seen[index] instanceof Beneficiary);
  }

  @Mutation(() => Household, { description: 'Registers a household. Errors: BAD_USER_INPUT, CONFLICT (the reference is taken, or somebody belongs to another household), FORBIDDEN.' })
  async createHousehold(
    @Ctx() context: CoreContext,
    @Arg('input', () => CreateHouseholdInput, { description: 'The household.' }) input: CreateHouseholdInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Household> {
    return this.shown(context, await this.service.create(context.principal, input, key));
  }

  @Mutation(() => Household, { description: 'Changes the data of a household. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (the reference is taken), FORBIDDEN (the new area), INVALID_TRANSITION (it is no more).' })
  async updateHousehold(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the household.' }) id: string,
    @Arg('input', () => UpdateHouseholdInput, { description: 'What to change.' }) input: UpdateHouseholdInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Household> {
    return this.shown(context, await this.service.update(context.principal, id, input, key));
  }

  @Mutation(() => Household, { description: 'Lets people come to a household, leave it, or take other roles in it, all or none. Errors: NOT_FOUND, BAD_USER_INPUT (a second head or collector among them), CONFLICT (somebody belongs to another household), INVALID_TRANSITION (it is no more).' })
  async changeHouseholdMembers(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the household.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('put', () => [HouseholdMemberInput], { nullable: true, description: 'Who is to belong to it, and as what, whether they are there already or not.' }) put?: HouseholdMemberInput[] | null,
    @Arg('remove', () => [ID], { nullable: true, description: 'Who is to leave it.' }) remove?: string[] | null,
  ): Promise<Household> {
    return this.shown(context, await this.service.changeMembers(context.principal, id, { put, remove }, key));
  }

  @Mutation(() => Household, { description: 'Lets everybody leave a household, which is no more from then on; its history stays. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION (it is no more).' })
  async dissolveHousehold(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the household.' }) id: string,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Household> {
    return this.shown(context, await this.service.dissolve(context.principal, id, reason, key));
  }

  /** Reads the household as it is after the change (a loader filled before it would show the past). */
  private async shown(context: CoreContext, id: string): Promise<Household> {
    for (const loader of Object.values(this.loaders.members)) loader(context).clear(id);
    for (const loader of Object.values(this.loaders.memberships)) loader(context).clearAll();
    const household = await this.loaders.byId(context).clear(id).load(id);
    if (!household) throw new NotFoundError('The household');
    return household;
  }
}

@Resolver(() => HouseholdMember)
export class HouseholdMemberResolver {
  constructor(private readonly loaders: HouseholdLoaders) {}

  @FieldResolver(() => Household, { nullable: true, description: 'The household; null when the caller may not see it.' })
  household(@Root() { householdId }: HouseholdMember, @Ctx() context: CoreContext): Promise<Household | null> {
    return this.loaders.byId(context).load(householdId);
  }

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'The person; null when the caller may not see them.' })
  beneficiary(@Root() { beneficiaryId }: HouseholdMember, @Ctx() context: CoreContext): Promise<Beneficiary | null> {
    return this.loaders.beneficiary(context).load(beneficiaryId);
  }
}

@Resolver(() => Beneficiary)
export class BeneficiaryHouseholdResolver {
  constructor(private readonly loaders: HouseholdLoaders) {}

  @FieldResolver(() => Household, { nullable: true, description: 'The household that the person belongs to; null when there is none that the caller may see.' })
  async household(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<Household | null> {
    const [membership] = await this.loaders.memberships.lasting(context).load(id);
    return membership ? this.loaders.byId(context).load(membership.householdId) : null;
  }

  @FieldResolver(() => [HouseholdMember], { description: 'To which households the person belongs and belonged, and in which roles, in order of coming.' })
  memberships(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<HouseholdMember[]> {
    return this.loaders.memberships.all(context).load(id);
  }
}
