import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { holds } from '#kernel/auth';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { CreateUserInput, RoleInput } from './user.inputs';
import { toUser } from './user.mapper';
import type { UserService } from './user.service';
import { Organization, User, UserConnection } from './user.type';

const KEY = 'Chosen by the caller, for example a UUID: a repeat with the same key and the same request changes nothing and answers the same.';

export interface UserLoaders {
  users: (context: CoreContext) => DataLoader<string, User | null>;
  organizations: (context: CoreContext) => DataLoader<string, Organization | null>;
}

@Resolver(() => User)
export class UserResolver {
  constructor(
    private readonly service: UserService,
    private readonly loaders: UserLoaders,
  ) {}

  @Query(() => User, { nullable: true, description: 'The signed-in user; null without an access token.' })
  me(@Ctx() context: CoreContext): Promise<User | null> {
    return this.loaders.users(context).load(context.principal.subject);
  }

  @Query(() => User, { nullable: true, description: 'The user with this id; null when there is none in the organisation.' })
  user(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the user.' }) id: string): Promise<User | null> {
    return this.loaders.users(context).load(id);
  }

  @Query(() => UserConnection, { description: 'The users of the organisation, oldest first.' })
  async users(@Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<User>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, page)).map(toUser), page, (user) => user.id);
  }

  @FieldResolver(() => String, { nullable: true })
  email(@Root() user: User, @Ctx() { principal }: CoreContext): string | null {
    return principal.subject === user.id || holds(principal, 'user:read') ? user.email : null;
  }

  @FieldResolver(() => Organization, { nullable: true, description: 'The organisation that the user belongs to.' })
  organization(@Root() user: User, @Ctx() context: CoreContext): Promise<Organization | null> {
    return this.loaders.organizations(context).load(user.organizationId);
  }

  @Mutation(() => User, { description: 'Creates a user without roles. Errors: BAD_USER_INPUT, CONFLICT (the address is taken), IDEMPOTENCY_CONFLICT.' })
  async createUser(
    @Ctx() context: CoreContext,
    @Arg('input', () => CreateUserInput, { description: 'The new user.' }) input: CreateUserInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.create(context.principal, input, key));
  }

  @Mutation(() => User, { description: 'Disables an account; its access tokens are worthless within seconds. Errors: NOT_FOUND.' })
  async disableUser(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the user.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.disable(context.principal, id, key));
  }

  @Mutation(() => User, { description: 'Grants a role, in the whole organisation or in one project. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  async assignRole(
    @Ctx() context: CoreContext,
    @Arg('input', () => RoleInput, { description: 'The role.' }) input: RoleInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.grant(context.principal, input, key));
  }

  @Mutation(() => User, { description: 'Takes a role away. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  async revokeRole(
    @Ctx() context: CoreContext,
    @Arg('input', () => RoleInput, { description: 'The role.' }) input: RoleInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<User> {
    return this.shown(context, await this.service.revoke(context.principal, input, key));
  }

  private async shown(context: CoreContext, id: string): Promise<User> {
    const user = await this.loaders.users(context).clear(id).load(id);
    if (!user) throw new NotFoundError('The user');
    return user;
  }
}
