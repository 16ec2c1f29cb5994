import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Principal } from '#kernel/auth';
import { NotFoundError } from '#kernel/errors';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { permissions } from './permissions';
import { CreateRoleInput, UpdateRoleInput } from './role.inputs';
import type { RoleService } from './role.service';
import { Permission, Role } from './role.type';

const NAME = { description: 'The name of the role.' };
const PAIR = { description: 'The names of two roles.' };

@Resolver()
export class RoleResolver {
  constructor(private readonly service: RoleService) {}

  @Query(() => [Permission], { description: 'Every permission that there is.' })
  permissions(): Permission[] {
    return Object.entries(permissions).map(([name, description]) => ({ name, description }));
  }

  @Query(() => [Role], { description: 'The roles that can be granted: those of every organisation, then the organisation’s own.' })
  roles(@Ctx() { principal }: CoreContext): Promise<Role[]> {
    return this.service.list(principal);
  }

  @Query(() => [[String]], { description: 'Pairs of roles that nobody holds in the same place; whoever does has neither until one is revoked.' })
  incompatibleRoles(@Ctx() { principal }: CoreContext): Promise<Array<readonly [string, string]>> {
    return this.service.pairs(principal);
  }

  @Mutation(() => Role, { description: 'Defines a role of the organisation. Errors: BAD_USER_INPUT, FORBIDDEN (more than the caller may do), CONFLICT (the name is taken).' })
  async createRole(
    @Ctx() { principal }: CoreContext,
    @Arg('input', () => CreateRoleInput, { description: 'The new role.' }) input: CreateRoleInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Role> {
    return this.shown(principal, await this.service.create(principal, input, key));
  }

  @Mutation(() => Role, { description: 'Changes a role of the organisation for everybody who holds it, at once. Errors: NOT_FOUND, BAD_USER_INPUT, FORBIDDEN (more than the caller may do), INVALID_TRANSITION (a role of every organisation).' })
  async updateRole(
    @Ctx() { principal }: CoreContext,
    @Arg('name', () => String, NAME) name: string,
    @Arg('input', () => UpdateRoleInput, { description: 'What to change.' }) input: UpdateRoleInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Role> {
    return this.shown(principal, await this.service.update(principal, name, input, key));
  }

  @Mutation(() => String, { description: 'Deletes a role of the organisation that nobody holds; answers its name. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (somebody holds it), INVALID_TRANSITION (a role of every organisation).' })
  deleteRole(
    @Ctx() { principal }: CoreContext,
    @Arg('name', () => String, NAME) name: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<string> {
    return this.service.delete(principal, name, key);
  }

  @Mutation(() => [String], { description: 'Declares that nobody may hold two roles in the same place. Whoever does has neither from now on, until one is revoked. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  separateRoles(
    @Ctx() { principal }: CoreContext,
    @Arg('roles', () => [String], PAIR) roles: string[],
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<string[]> {
    return this.service.separate(principal, roles, key);
  }

  @Mutation(() => [String], { description: 'Lets two roles be held together again that the organisation had separated. Errors: NOT_FOUND, BAD_USER_INPUT.' })
  joinRoles(
    @Ctx() { principal }: CoreContext,
    @Arg('roles', () => [String], PAIR) roles: string[],
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<string[]> {
    return this.service.join(principal, roles, key);
  }

  private async shown(principal: Principal, name: string): Promise<Role> {
    const role = (await this.service.list(principal)).find((one) => one.name === name);
    if (!role) throw new NotFoundError('The role');
    return role;
  }
}
