import { newId } from '#kernel/db';
import type { FeedEvent } from '../../subgraphs/core/feed';
import type { Place, Rows } from './rows';

/** How a role is held: in the organisation, in one project, or in one area. */
export type Holding = 'organization' | 'project' | 'area';

/** What an operation is tried on. */
export interface Target {
  variables: Record<string, unknown>;
  /** The project that the target belongs to, when it has one of its own. */
  projectId?: string;
  /** What a list must show for the target to count as seen. */
  shows?: string;
  /** What a subscription is to tell of. */
  event?: FeedEvent;
}

/** What operations are tried with, besides fresh rows. */
export interface Around {
  rows: Rows;
  place: Place;
  /** How the caller holds the role that is tried. */
  holding: Holding;
  /** An administrator of the place, who has made what has a maker. */
  adminId: string;
  /** Hash of the password "a long password". */
  passwordHash: string;
}

/** One root field: how a target for it is made, and which borders the target lies behind. */
export interface Operation {
  /** Across each of these nobody may get, whatever they hold on their own side. None: the field is about no row of anybody. */
  borders: readonly Holding[];
  target(around: Around): Promise<Target>;
}

const EVERYWHERE: readonly Holding[] = ['organization', 'project', 'area'];
/** Belongs to a project, but lies in no area. */
const PROJECT: readonly Holding[] = ['organization', 'project'];
const ORGANIZATION: readonly Holding[] = ['organization'];

const none = async (): Promise<Target> => ({ variables: {} });
const open: Operation = { borders: [], target: none };

function onProject(status: Parameters<Rows['project']>[1], more: Record<string, unknown> = {}): Operation {
  return {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id } = await rows.project(place, status);
      return { variables: { id, ...more }, projectId: id };
    },
  };
}

function onMilestone(variables: (projectId: string, milestoneId: string) => Record<string, unknown>): Operation {
  return {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id } = await rows.project(place);
      return { variables: variables(id, await rows.milestone(id)), projectId: id };
    },
  };
}

function onPerson(status: 'ACTIVE' | 'SUSPENDED', more: Record<string, unknown> = {}): Operation {
  return { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.person(place, { status })).id, ...more } }) };
}

function onVendor(status: 'PENDING' | 'APPROVED'): Operation {
  return { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.vendor(place, { status })).id } }) };
}

function onUser(status: 'ACTIVE' | 'LOCKED' | 'DISABLED', more: Record<string, unknown> = {}): Operation {
  return { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { id: (await rows.user(place, { status })).id, ...more } }) };
}

/** A role in the place in which the caller holds theirs. */
function roleIn({ place, holding }: Around): { role: string; projectId: string | null; areaPath: string | null } {
  return { role: 'donor', projectId: holding === 'project' ? place.projectId : null, areaPath: holding === 'area' ? place.area : null };
}

function told(name: string, { place }: Around, aggregateType: string, aggregateId: string): FeedEvent {
  return { position: '1', id: newId(), name, version: 1, projectId: place.projectId, aggregateType, aggregateId, occurredAt: new Date().toISOString() };
}

/** Every root field of core. A field that is missing here fails the tests of access. */
export const operations: Readonly<Record<string, Operation>> = {
  // Who has no row to be tried on.
  me: open,
  organization: open,
  permissions: open,
  roles: open,
  incompatibleRoles: open,
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

  // People and vendors.
  beneficiary: onPerson('ACTIVE'),
  beneficiaries: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id, referenceId } = await rows.person(place);
      return { variables: { filter: { referenceId } }, shows: id };
    },
  },
  beneficiaryEvents: {
    borders: EVERYWHERE,
    target: async (around) => {
      const { id } = await around.rows.person(around.place);
      return { variables: { beneficiaryId: id }, event: told('beneficiary.updated', around, 'Beneficiary', id) };
    },
  },
  registerBeneficiary: { borders: ['area'], target: async ({ place }) => ({ variables: { input: { referenceId: newId(), fullName: 'New', areaCode: place.area } } }) },
  registerBeneficiaries: { borders: ['area'], target: async ({ place }) => ({ variables: { inputs: [{ referenceId: newId(), fullName: 'New', areaCode: place.area }] } }) },
  updateBeneficiary: onPerson('ACTIVE', { input: { fullName: 'Changed' } }),
  suspendBeneficiary: onPerson('ACTIVE', { reason: 'why' }),
  activateBeneficiary: onPerson('SUSPENDED'),
  vendor: onVendor('APPROVED'),
  vendors: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id, name } = await rows.vendor(place);
      return { variables: { filter: { search: name } }, shows: id };
    },
  },
  vendorEvents: {
    borders: EVERYWHERE,
    target: async (around) => {
      const { id } = await around.rows.vendor(around.place);
      return { variables: { vendorId: id }, event: told('vendor.approved', around, 'Vendor', id) };
    },
  },
  registerVendor: { borders: ['area'], target: async ({ place }) => ({ variables: { input: { name: newId(), areaCode: place.area } } }) },
  approveVendor: onVendor('PENDING'),
  suspendVendor: onVendor('APPROVED'),

  // Projects.
  project: onProject('ACTIVE'),
  projectBySlug: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, slug } = await rows.project(place);
      return { variables: { slug }, projectId: id };
    },
  },
  projects: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, slug } = await rows.project(place);
      return { variables: { filter: { search: slug } }, projectId: id, shows: id };
    },
  },
  projectEvents: {
    borders: PROJECT,
    target: async (around) => {
      const { id } = await around.rows.project(around.place);
      return { variables: { projectId: id }, projectId: id, event: { ...told('project.updated', around, 'Project', id), projectId: id } };
    },
  },
  updateProject: onProject('ACTIVE', { input: { name: 'Changed' } }),
  deployProject: onProject('DRAFT'),
  retryProjectDeployment: onProject('FAILED'),
  upgradeProject: onProject('ACTIVE', { version: '1.1.0' }),
  pauseProject: onProject('ACTIVE'),
  resumeProject: onProject('PAUSED'),
  closeProject: onProject('ACTIVE'),
  archiveProject: onProject('CLOSED'),
  deleteProject: onProject('DRAFT'),
  addMilestone: onMilestone((projectId) => ({ projectId, input: { title: 'New', dueOn: '2026-06-30' } })),
  updateMilestone: onMilestone((projectId, id) => ({ projectId, input: { id, title: 'Changed' } })),
  removeMilestone: onMilestone((projectId, milestoneId) => ({ projectId, milestoneId })),

  // Who takes part.
  enrollBeneficiaries: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, beneficiaryIds: [(await rows.person(place, { enrolled: false })).id] } }),
  },
  changeEnrollmentStatus: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { id: (await rows.person(place)).enrollmentId, status: 'VALIDATED', reason: 'why' } }),
  },
  assignVendors: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, vendorIds: [(await rows.vendor(place, { assigned: false })).id] } }),
  },
  changeProjectVendorStatus: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, vendorId: (await rows.vendor(place)).id, status: 'VERIFIED' } }),
  },
  enrollmentEvents: {
    borders: EVERYWHERE,
    target: async (around) => {
      const { enrollmentId } = await around.rows.person(around.place);
      return { variables: { projectId: around.place.projectId }, event: told('enrollment.created', around, 'Enrollment', enrollmentId) };
    },
  },

  // Users, and who may do what.
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
  auditEntries: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const entityId = await rows.auditEntry(place);
      return { variables: { filter: { entityId } }, shows: entityId };
    },
  },
};
