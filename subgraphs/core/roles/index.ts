import type { FastifyInstance } from 'fastify';
import { allow } from 'graphql-shield';
import { authenticated, requires } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { GrantService } from './grant.service';
import { RoleRepository } from './role.repository';
import { RoleResolver } from './role.resolver';
import { mountPrincipals } from './role.routes';
import { RoleService } from './role.service';

export { effectiveOf, standings, type EffectivePermissions, type Standing } from './effective-permissions';
export { assertCovers, type Grant, type GrantService } from './grant.service';
export { allPermissions, delegating, permissions } from './permissions';
export { roleEvents } from './role.events';
export { GrantInput, GrantRoleInput, RevokeRoleInput, grantSchema } from './role.inputs';
export { RoleRepository, permissionsChanged } from './role.repository';
export { Permissions } from './role.type';
export { systemRoles } from './system-roles';

export interface RolesSlice extends Slice {
  grants: GrantService;
  registerPrincipals(server: FastifyInstance): void;
}

/** Roles, who holds them where, and what each user may do. */
export function createRoles(deps: { database: CoreDatabase }): RolesSlice {
  const repository = new RoleRepository(deps.database);
  const grants = new GrantService(deps.database, repository);
  const write = requires('role:write');
  return {
    resolvers: new Map([[RoleResolver, new RoleResolver(new RoleService(deps.database, repository))]]),
    references: {},
    rules: {
      Query: { permissions: authenticated, roles: authenticated, incompatibleRoles: authenticated },
      Mutation: { createRole: write, updateRole: write, deleteRole: write, separateRoles: write, joinRoles: write },
      Permission: allow,
      Role: allow,
      Permissions: authenticated,
      ProjectPermissions: authenticated,
      AreaPermissions: authenticated,
      ApprovalLimit: authenticated,
    },
    grants,
    registerPrincipals: (server) => mountPrincipals(server, grants),
  };
}
