import { allow } from 'graphql-shield';
import { authenticated, batchById, perRequest, requires } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { toUser } from './user.mapper';
import { UserRepository } from './user.repository';
import { UserResolver } from './user.resolver';
import { UserService } from './user.service';

export { userEvents } from './user.events';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Users, their organisation and their roles. */
export function createUsers(deps: { database: CoreDatabase }): Slice {
  const repository = new UserRepository(deps.database);
  const users = perRequest(({ principal }: CoreContext) =>
    batchById(async (ids) => (await repository.findMany(principal.organizationId ?? NOBODY, ids)).map(toUser), (user) => user.id),
  );
  const organizations = perRequest(({ principal }: CoreContext) =>
    batchById((ids) => repository.organizations(ids.filter((id) => id === principal.organizationId)), (organization) => organization.id),
  );
  const resolver = new UserResolver(new UserService(deps.database, repository), { users, organizations });
  const write = requires('user:write');
  return {
    resolvers: new Map([[UserResolver, resolver]]),
    references: {
      User: ({ id }: { id: string }, context) => users(context).load(id),
      Organization: ({ id }: { id: string }, context) => organizations(context).load(id),
    },
    rules: {
      Query: { me: allow, user: requires('user:read'), users: requires('user:read') },
      Mutation: { createUser: write, disableUser: write, assignRole: write, revokeRole: write },
      User: authenticated,
      UserConnection: authenticated,
      UserEdge: authenticated,
      UserRole: authenticated,
      Organization: authenticated,
    },
  };
}
