import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary, BeneficiaryConnection, BeneficiaryOrder, keyIn, toBeneficiary, type Selection } from '../beneficiaries';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { BeneficiaryGroupFilter, CreateBeneficiaryGroupInput, UpdateBeneficiaryGroupInput } from './group.inputs';
import { toGroup } from './group.mapper';
import { frozenIn, membersOf } from './group.repository';
import type { GroupService } from './group.service';
import { BeneficiaryGroup, BeneficiaryGroupConnection, GroupMode, GroupSnapshot } from './group.type';

/** Per-request loaders. Counts, and snapshots by their group, are of groups that the caller has been shown. */
export interface GroupLoaders {
  byId: (context: CoreContext) => DataLoader<string, BeneficiaryGroup | null>;
  snapshot: (context: CoreContext) => DataLoader<string, GroupSnapshot | null>;
  snapshots: (context: CoreContext) => DataLoader<string, GroupSnapshot[]>;
  counts: (context: CoreContext) => DataLoader<string, number>;
}

@Resolver(() => BeneficiaryGroup)
export class GroupResolver {
  constructor(
    private readonly service: GroupService,
    private readonly people: Selection,
    private readonly loaders: GroupLoaders,
  ) {}

  @Query(() => BeneficiaryGroup, { nullable: true, description: 'The group with this id; null when there is none that the caller may see.' })
  beneficiaryGroup(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the group.' }) id: string): Promise<BeneficiaryGroup | null> {
    return this.loaders.byId(context).load(id);
  }

  @Query(() => BeneficiaryGroupConnection, { description: 'The groups that the caller may see, oldest first.' })
  async beneficiaryGroups(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => BeneficiaryGroupFilter, { nullable: true, description: 'Which groups to list.' }) filter?: BeneficiaryGroupFilter,
  ): Promise<Connection<BeneficiaryGroup>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, filter, page)).map(toGroup), page, ({ id }) => id);
  }

  @Query(() => BeneficiaryConnection, { nullable: true, description: 'Who is in a group now, as far as the caller may see them; null when there is no such group that the caller may see.' })
  async beneficiaryGroupMembers(
    @Ctx() context: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('groupId', () => ID, { description: 'The id of the group.' }) groupId: string,
    @Arg('order', () => BeneficiaryOrder, { nullable: true, description: 'In which order; REGISTERED when left out. A cursor belongs to one order.' }) order?: BeneficiaryOrder | null,
  ): Promise<Connection<Beneficiary> | null> {
    const group = await this.loaders.byId(context).load(groupId);
    return group && this.page(context, membersOf({ ...group, filter: group.filter as never }), { args, order });
  }

  @Query(() => GroupSnapshot, { nullable: true, description: 'The snapshot with this id; null when there is none that the caller may see.' })
  groupSnapshot(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the snapshot.' }) id: string): Promise<GroupSnapshot | null> {
    return this.loaders.snapshot(context).load(id);
  }

  @Query(() => BeneficiaryConnection, { nullable: true, description: 'Who is in a snapshot of a group, as far as the caller may see them; null when there is no such snapshot that the caller may see.' })
  async groupSnapshotMembers(
    @Ctx() context: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('snapshotId', () => ID, { description: 'The id of the snapshot.' }) snapshotId: string,
    @Arg('order', () => BeneficiaryOrder, { nullable: true, description: 'In which order; REGISTERED when left out. A cursor belongs to one order.' }) order?: BeneficiaryOrder | null,
  ): Promise<Connection<Beneficiary> | null> {
    const snapshot = await this.loaders.snapshot(context).load(snapshotId);
    return snapshot && this.page(context, frozenIn(snapshot.id), { args, order });
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many people are named in it; null when it is DYNAMIC: who is in it is found only when it is listed or frozen.' })
  async memberCount(@Root() { id, mode }: BeneficiaryGroup, @Ctx() context: CoreContext): Promise<number | null> {
    return mode === GroupMode.DYNAMIC ? null : this.loaders.counts(context).load(id);
  }

  @FieldResolver(() => [GroupSnapshot], { description: 'Its snapshots, the newest first.' })
  snapshots(@Root() { id }: BeneficiaryGroup, @Ctx() context: CoreContext): Promise<GroupSnapshot[]> {
    return this.loaders.snapshots(context).load(id);
  }

  @Mutation(() => BeneficiaryGroup, { description: 'Makes a group of people: with a filter a DYNAMIC one, otherwise a STATIC one without members. Errors: BAD_USER_INPUT, CONFLICT (the name is taken), NOT_FOUND (the project), FORBIDDEN.' })
  async createBeneficiaryGroup(
    @Ctx() context: CoreContext,
    @Arg('input', () => CreateBeneficiaryGroupInput, { description: 'The group.' }) input: CreateBeneficiaryGroupInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<BeneficiaryGroup> {
    return this.shown(context, await this.service.create(context.principal, input, key));
  }

  @Mutation(() => BeneficiaryGroup, { description: 'Changes a group. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (the name is taken), INVALID_TRANSITION (it is archived).' })
  async updateBeneficiaryGroup(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the group.' }) id: string,
    @Arg('input', () => UpdateBeneficiaryGroupInput, { description: 'What to change.' }) input: UpdateBeneficiaryGroupInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<BeneficiaryGroup> {
    return this.shown(context, await this.service.update(context.principal, id, input, key));
  }

  @Mutation(() => BeneficiaryGroup, { description: 'Names people of a STATIC group, up to 500 to come and 500 to leave, all or none. Errors: NOT_FOUND, BAD_USER_INPUT naming the person, INVALID_TRANSITION (it is DYNAMIC or archived).' })
  async changeBeneficiaryGroupMembers(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the group.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('add', () => [ID], { nullable: true, description: 'Who is to be in it; in the group of a project only people who take part in it.' }) add?: string[] | null,
    @Arg('remove', () => [ID], { nullable: true, description: 'Who is to leave it.' }) remove?: string[] | null,
  ): Promise<BeneficiaryGroup> {
    return this.shown(context, await this.service.changeMembers(context.principal, id, { add, remove }, key));
  }

  @Mutation(() => GroupSnapshot, { description: 'Records for good who is in a group now, for example to pay them: ACTIVE registrations only, and in the group of a project those who take part in it. Errors: NOT_FOUND, INVALID_TRANSITION (it is archived, or nobody would be recorded).' })
  async freezeBeneficiaryGroup(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the group.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<GroupSnapshot> {
    const snapshot = await this.loaders.snapshot(context).load(await this.service.freeze(context.principal, id, key));
    if (!snapshot) throw new NotFoundError('The snapshot');
    this.loaders.snapshots(context).clear(snapshot.groupId);
    return snapshot;
  }

  @Mutation(() => BeneficiaryGroup, { description: 'Puts a group away: it is no longer used, and its name is free. Snapshots stay. Errors: NOT_FOUND, INVALID_TRANSITION (it is archived).' })
  async archiveBeneficiaryGroup(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the group.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<BeneficiaryGroup> {
    return this.shown(context, await this.service.archive(context.principal, id, key));
  }

  private async page({ principal }: CoreContext, people: ReturnType<typeof membersOf>, asked: { args: PageArgs; order: BeneficiaryOrder | null | undefined }): Promise<Connection<Beneficiary>> {
    const page = pageRequest(asked.args);
    const order = asked.order ?? BeneficiaryOrder.REGISTERED;
    const rows = await this.people.page(principal, { ...people, order, after: page.after, limit: page.first + 1 });
    return toConnection(rows.map(toBeneficiary), page, keyIn(order));
  }

  private async shown(context: CoreContext, id: string): Promise<BeneficiaryGroup> {
    this.loaders.counts(context).clear(id);
    const group = await this.loaders.byId(context).clear(id).load(id);
    if (!group) throw new NotFoundError('The group');
    return group;
  }
}

@Resolver(() => GroupSnapshot)
export class GroupSnapshotResolver {
  constructor(private readonly loaders: Pick<GroupLoaders, 'byId'>) {}

  @FieldResolver(() => BeneficiaryGroup, { nullable: true, description: 'The group; null when the caller may not see it.' })
  group(@Root() { groupId }: GroupSnapshot, @Ctx() context: CoreContext): Promise<BeneficiaryGroup | null> {
    return this.loaders.byId(context).load(groupId);
  }
}
