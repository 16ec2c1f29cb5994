import { newId } from '#kernel/db';
import type { Operation, Target } from './operation';

const none = async (): Promise<Target> => ({ variables: {} });
const open: Operation = { borders: [], target: none };

/** Root fields that are about no row that is there: whom they are open to is all there is to try. */
export const anyone: Readonly<Record<string, Operation>> = {
  me: open,
  organization: open,
  permissions: open,
  roles: open,
  incompatibleRoles: open,
  personalDataKeys: open,
  projectTypes: open,
  supergraphVersions: { borders: [], target: async () => ({ variables: { first: 1 } }) },
  updateOrganization: { borders: [], target: async () => ({ variables: { input: { signupOpen: true } } }) },
  updateProfile: { borders: [], target: async () => ({ variables: { input: { preferredLanguage: 'sw' } } }) },
  login: { borders: [], target: async ({ rows, place, passwordHash }) => ({ variables: { email: (await rows.user(place, { passwordHash })).email, password: 'a long password' } }) },
  requestSignup: { borders: [], target: async () => ({ variables: { input: { organization: 'ours', email: `${newId()}@example.org`, displayName: 'Stranger' } } }) },
  acceptInvitation: { borders: [], target: async ({ rows, place, adminId }) => ({ variables: { token: (await rows.invitation(place, adminId)).token, password: 'a long password' } }) },
  createUser: { borders: [], target: async () => ({ variables: { input: { displayName: 'New', email: `${newId()}@example.org`, password: 'a long password' } } }) },
  createRole: { borders: [], target: async () => ({ variables: { input: { name: `r-${newId().slice(-12)}`, description: 'New', permissions: ['project:read'] } } }) },
  registerProjectType: { borders: [], target: async () => ({ variables: { image: `tally:${newId()}` } }) },
  createProject: {
    borders: [],
    target: async () => ({ variables: { input: { slug: `new-${newId()}`, name: 'New', type: 'tally', currency: 'KES', budgetMinor: '1', startsOn: '2026-01-01', endsOn: '2026-12-31' } } }),
  },
};
