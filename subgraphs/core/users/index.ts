import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { authenticated, batchById, perRequest, requires, requiresSomewhere } from '#kernel/graphql';
import { NONE } from '../change';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { OrganizationsSlice } from '../organizations';
import { RoleRepository, standings, type RolesSlice } from '../roles';
import type { SessionsSlice } from '../sessions';
import type { Slice } from '../slice';
import { JoiningRepository } from './joining.repository';
import { JoiningResolver } from './joining.resolver';
import { JoiningService } from './joining.service';
import { toUser, toUserRole } from './user.mapper';
import { UserRepository } from './user.repository';
import { UserResolver } from './user.resolver';
import { UserService } from './user.service';
import type { UserRole } from './user.type';

export { joiningEvents, userEvents } from './user.events';

/** Users, the roles they hold, and how people come into an organisation. */
export function createUsers(deps: { database: CoreDatabase; organizations: OrganizationsSlice; roles: RolesSlice; sessions: SessionsSlice }): Slice {
  const { database } = deps;
  const { grants } = deps.roles;
  const repository = new UserRepository(database);
  const joining = new JoiningRepository(database);
  const roleRepository = new RoleRepository(database);
  const service = new UserService(database, repository, grants, deps.sessions.service);
  const users = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toUser), (user) => user.id));
  const roles = perRequest(
    ({ principal }: CoreContext) =>
      new DataLoader<string, UserRole[]>(async (ids) => {
        const rows = await repository.assignments(principal, ids);
        const book = await roleRepository.book(principal.organizationId ?? NONE, [...new Set(rows.map(({ role }) => role))]);
        const now = new Date();
        return ids.map((id) => [...standings(rows.filter(({ userId }) => userId === id), book, now)].map(([row, standing]) => toUserRole(row, standing)));
      }),
  );
  return {
    resolvers: new Map<NewableFunction, object>([
      [UserResolver, new UserResolver(service, grants, { users, roles, organizations: deps.organizations.byId })],
      [JoiningResolver, new JoiningResolver(new JoiningService(database, joining, service, grants), joining)],
    ]),
    references: { User: ({ id }: { id: string }, context) => users(context).load(id) },
    rules,
  };
}

const read = requires('user:read');
const write = requires('user:write');
const grant = requiresSomewhere('role:grant');

const rules = {
  Query: { me: allow, user: requiresSomewhere('user:read'), users: requiresSomewhere('user:read'), invitations: read, signupRequests: read },
  Mutation: {
    createUser: write,
    updateUser: write,
    updateProfile: authenticated,
    lockUser: write,
    unlockUser: write,
    disableUser: write,
    enableUser: write,
    assignRole: grant,
    revokeRole: grant,
    inviteUser: write,
    revokeInvitation: write,
    approveSignup: write,
    rejectSignup: write,
    // Whoever has no account yet.
    acceptInvitation: allow,
    requestSignup: allow,
  },
  User: authenticated,
  UserConnection: authenticated,
  UserEdge: authenticated,
  UserRole: authenticated,
  Invitation: read,
  InvitationConnection: read,
  InvitationEdge: read,
  IssuedInvitation: write,
  SignupRequest: read,
  SignupRequestConnection: read,
  SignupRequestEdge: read,
};
