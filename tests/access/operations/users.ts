import { newId } from '#kernel/db';
import { EVERYWHERE, ORGANIZATION, PROJECT, type Around, type Operation } from './operation';

function onUser(status: 'ACTIVE' | 'LOCKED' | 'DISABLED', more: Record<string, unknown> = {}): Operation {
  return { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { id: (await rows.user(place, { status })).id, ...more } }) };
}

/** A role in the place in which the caller holds theirs. */
function roleIn({ place, holding }: Around): { role: string; projectId: string | null; areaPath: string | null } {
  return { role: 'donor', projectId: holding === 'project' ? place.projectId : null, areaPath: holding === 'area' ? place.area : null };
}

/** Root fields about users, and who may do what. */
export const users: Readonly<Record<string, Operation>> = {
  user: { borders: PROJECT, target: async ({ rows, place }) => ({ variables: { id: (await rows.user(place)).id } }) },
  users: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, email } = await rows.user(place);
      return { variables: { filter: { search: email } }, shows: id };
    },
  },
  updateUser: onUser('ACTIVE', { input: { displayName: 'Changed' } }),
  lockUser: onUser('ACTIVE', { reason: 'why' }),
  unlockUser: onUser('LOCKED'),
  disableUser: onUser('ACTIVE'),
  enableUser: onUser('DISABLED'),
  assignRole: {
    borders: EVERYWHERE,
    target: async (around) => ({ variables: { input: { userId: (await around.rows.user(around.place)).id, ...roleIn(around) } } }),
  },
  revokeRole: {
    borders: EVERYWHERE,
    target: async (around) => {
      const { areaPath, ...role } = roleIn(around);
      const { id } = await around.rows.user(around.place, { role: { ...role, areaPath: areaPath ?? '' } });
      return { variables: { input: { userId: id, areaPath, ...role } } };
    },
  },
  updateRole: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { name: await rows.customRole(place), input: { description: 'Changed' } } }) },
  deleteRole: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { name: await rows.customRole(place) } }) },
  separateRoles: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { roles: [await rows.customRole(place), 'donor'] } }) },
  joinRoles: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { roles: await rows.rolePair(place) } }) },
  inviteUser: { borders: [], target: async () => ({ variables: { input: { email: `${newId()}@example.org`, displayName: 'Guest' } } }) },
  invitations: {
    borders: ORGANIZATION,
    target: async ({ rows, place, adminId }) => ({ variables: { first: 200 }, shows: (await rows.invitation(place, adminId)).id }),
  },
  revokeInvitation: { borders: ORGANIZATION, target: async ({ rows, place, adminId }) => ({ variables: { id: (await rows.invitation(place, adminId)).id } }) },
  signupRequests: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { first: 200 }, shows: await rows.signupRequest(place) }) },
  approveSignup: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { id: await rows.signupRequest(place) } }) },
  rejectSignup: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { id: await rows.signupRequest(place), reason: 'why' } }) },
  apiKeys: {
    borders: PROJECT,
    target: async ({ rows, place, adminId, holding }) => ({ variables: { first: 200 }, shows: await rows.apiKey(place, adminId, holding === 'project') }),
  },
  createApiKey: {
    borders: ['project'],
    target: async ({ place, holding }) => ({
      variables: { input: { name: 'New', role: 'donor', projectId: holding === 'project' ? place.projectId : null, expiresAt: new Date(Date.now() + 3600_000).toISOString() } },
    }),
  },
  revokeApiKey: { borders: PROJECT, target: async ({ rows, place, adminId, holding }) => ({ variables: { id: await rows.apiKey(place, adminId, holding === 'project') } }) },
};
