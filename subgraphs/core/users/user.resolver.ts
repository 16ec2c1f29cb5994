import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { holdsSomewhere, type Principal } from '#kernel/auth';
import { JsonScalar, PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { Organization } from '../organizations';
import { GrantRoleInput, Permissions, RevokeRoleInput, type GrantService } from '../roles';
import { CreateUserInput, UpdateProfileInput, UpdateUserInput, UserFilter } from './user.inputs';
import { toUser } from './user.mapper';
import type { UserService } from './user.service';
import { User, UserConnection, UserRole } from './user.type';

const ID_OF_USER = { description: 'The id of the user.' };

export interface UserLoaders {
  users: (context: CoreContext) => DataLoader<string, User | null>;
  roles: (context: CoreContext) => DataLoader<string, UserRole[]>;
  organizations: (context: CoreContext) => DataLoader<string, Organization | null>;
}

@Resolver(() => User)
export class UserResolver {
  constructor(
    private readonly service: UserService,
    private readonly grants: GrantService,
    private readonly loaders: UserLoaders,
  ) {}

  @Query(() => User, { nullable: true, description: 'The signed-in user; null without an access token, and for an API key.' })
  me(@Ctx() context: CoreContext): Promise<User | null> {
    return this.loaders.users(context).load(context.principal.subject);
  }

  @Query(() => User, { nullable: true, description: 'The user with this id; null when there is none that the caller may see.' })
  user(@Ctx() context: CoreContext, @Arg('id', () => ID, ID_OF_USER) id: string): Promise<User | null> {
    return this.loaders.users(context).load(id);
  }

  @Query(() => UserConnection, { description: 'The users that the caller may see, oldest first.' })
  async users(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => UserFilter, { nullable: true, description: 'Which users to list.' }) filter?: UserFilter,
  ): Promise<Connection<User>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, filter, page)).map(toUser), page, (user) => user.id);
  }

  @FieldResolver(() => String, { nullable: true })
  email(@Root() user: User, @Ctx() { principal }: CoreContext): string | null {
    return principal.subject === user.id || holdsSomewhere(principal, 'user:read') ? user.email : null;
  }

  @FieldResolver(() => JsonScalar, { nullable: true })
  settings(@Root() user: User, @Ctx() { principal }: CoreContext): Record<string, unknown> | null {
    return principal.subject === user.id ? user.settings : null;
  }

  @FieldResolver(() => Organization, { nullable: true, description: 'The organisation that the user belongs to.' })
  organization(@Root() user: User, @Ctx() context: CoreContext): Promise<Organization | null> {
    return this.loaders.organizations(context).load(user.organizationId);
  }

  @FieldResolver(() => [UserRole], { description: 'The roles that the user holds, as far as the caller may see.' })
  roles(@Root() user: User, @Ctx() context: CoreContext): Promise<UserRole[]> {
    return this.loaders.roles(context).load(user.id);
  }

  @FieldResolver(() => Permissions, { nullable: true, description: 'What the user may do, and where; null for everybody but oneself.' })
  permissions(@Root() user: User, @Ctx() { principal }: CoreContext): Permissions | null {
    return principal.subject === user.id ? toPermissions(principal) : null;
  }

  @Mutation(() => User, { description: 'Creates a user without roles. Errors: BAD_USER_INPUT, CONFLICT (the address is taken), IDEMPOTENCY_CONFLICT.' })
  async createUser(
    @Ctx() context: CoreContext,
    @Arg('input', () => CreateUserInput, { description: 'The new user.' }) input: CreateUserInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.create(context.principal, input, key));
  }

  @Mutation(() => User, { description: 'Changes the profile of a user. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  async updateUser(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, ID_OF_USER) id: string,
    @Arg('input', () => UpdateUserInput, { description: 'What to change.' }) input: UpdateUserInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.update(context.principal, id, input, key));
  }

  @Mutation(() => User, { description: 'Changes one’s own profile and settings. Errors: NOT_FOUND (an API key has none), BAD_USER_INPUT.' })
  async updateProfile(
    @Ctx() context: CoreContext,
    @Arg('input', () => UpdateProfileInput, { description: 'What to change.' }) input: UpdateProfileInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.updateProfile(context.principal, input, key));
  }

  @Mutation(() => User, { description: 'Locks an account for the time being; its access tokens are worthless at once. Errors: NOT_FOUND, INVALID_TRANSITION, FORBIDDEN (the user may do more than the caller), CONFLICT (the last administrator).' })
  async lockUser(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, ID_OF_USER) id: string,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.lock(context.principal, id, reason, key));
  }

  @Mutation(() => User, { description: 'Lets an account that was locked be used again. Errors: NOT_FOUND, INVALID_TRANSITION, FORBIDDEN.' })
  async unlockUser(@Ctx() context: CoreContext, @Arg('id', () => ID, ID_OF_USER) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<User> {
    return this.shown(context, await this.service.unlock(context.principal, id, key));
  }

  @Mutation(() => User, { description: 'Disables an account; its access tokens are worthless at once. Errors: NOT_FOUND, INVALID_TRANSITION, FORBIDDEN (the user may do more than the caller), CONFLICT (the last administrator).' })
  async disableUser(@Ctx() context: CoreContext, @Arg('id', () => ID, ID_OF_USER) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<User> {
    return this.shown(context, await this.service.disable(context.principal, id, key));
  }

  @Mutation(() => User, { description: 'Lets an account that was disabled be used again. Errors: NOT_FOUND, INVALID_TRANSITION, FORBIDDEN.' })
  async enableUser(@Ctx() context: CoreContext, @Arg('id', () => ID, ID_OF_USER) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<User> {
    return this.shown(context, await this.service.enable(context.principal, id, key));
  }

  @Mutation(() => User, {
    description:
      'Grants a role in the whole organisation, in one project or in an area, or changes its limit and end. ' +
      'Errors: NOT_FOUND, BAD_USER_INPUT, FORBIDDEN (more than the caller may do), CONFLICT (incompatible with a role that the user holds).',
  })
  async assignRole(
    @Ctx() context: CoreContext,
    @Arg('input', () => GrantRoleInput, { description: 'The role.' }) input: GrantRoleInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.grants.grant(context.principal, input, key));
  }

  @Mutation(() => User, { description: 'Takes a role away. Errors: NOT_FOUND, BAD_USER_INPUT, FORBIDDEN (more than the caller may do), CONFLICT (the last administrator).' })
  async revokeRole(
    @Ctx() context: CoreContext,
    @Arg('input', () => RevokeRoleInput, { description: 'The role.' }) input: RevokeRoleInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.grants.revoke(context.principal, input, key));
  }

  private async shown(context: CoreContext, id: string): Promise<User> {
    this.loaders.roles(context).clear(id);
    this.loaders.users(context).clear(id);
    return toUser(await this.service.changed(context.principal, id));
  }
}

function toPermissions(principal: Principal): Permissions {
  return {
    organization: principal.permissions,
    projects: Object.entries(principal.projectPermissions).map(([projectId, permissions]) => ({ projectId, permissions })),
    areas: principal.areaPermissions ?? [],
    approvalLimits: Object.entries(principal.approvalLimits ?? {}).map(([place, amountMinor]) => ({ projectId: place === '*' ? null : place, amountMinor })),
  };
}
