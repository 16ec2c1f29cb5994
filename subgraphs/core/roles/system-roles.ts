import { allPermissions, type Permission } from './permissions';

/** A named set of permissions. Held in the whole organisation, in one project, or in an area. */
export interface Role {
  sentence: string;
  permissions: readonly Permission[];
}

const VIEW: readonly Permission[] = ['project:read', 'beneficiary:read', 'vendor:read', 'enrollment:read', 'entitlement:read'];
const PERSONAL: readonly Permission[] = [...VIEW, 'beneficiary:read-pii', 'vendor:read-pii', 'document:read', 'grievance:read'];
/** What is done to people's registrations in bulk, and what may go wrong in bulk. */
const REGISTRATION: readonly Permission[] = ['beneficiary:write', 'beneficiary:verify', 'beneficiary:import', 'beneficiary:export', 'beneficiary:deduplicate', 'attribute:write', 'document:write', 'grievance:write'];
const withoutPii: Role = { sentence: 'Sees projects and people without personal data.', permissions: VIEW };

/** The roles that every organisation has. */
export const systemRoles: Readonly<Record<string, Role>> = {
  admin: { sentence: 'May do everything in the organisation.', permissions: allPermissions },
  operator: { sentence: 'Runs the system: its logs and errors; nobody in its projects.', permissions: ['project:read', 'log:read', 'log:read-system', 'exception:read', 'exception:manage', 'event:manage', 'queue:read', 'queue:manage', 'supergraph:read', 'operation:explain', 'schema:introspect'] },
  'project-admin': {
    sentence: 'Runs a project and decides who works in it.',
    permissions: [
      ...PERSONAL, 'project:update', 'project:deploy', 'audit:read', 'log:read', 'user:read', 'role:grant', 'api-key:read', 'api-key:write',
      ...REGISTRATION, 'device:write', 'vendor:write', 'enrollment:write', 'entitlement:issue', 'entitlement:redeem',
    ],
  },
  'project-manager': {
    sentence: 'Creates and runs projects: people, vendors and entitlements, with personal data.',
    permissions: [
      ...PERSONAL, 'project:create', 'project:update', 'project:deploy', 'audit:read', 'log:read',
      ...REGISTRATION, 'device:write', 'vendor:write', 'enrollment:write', 'entitlement:issue', 'entitlement:redeem',
    ],
  },
  view: { sentence: 'Sees projects and people with personal data.', permissions: PERSONAL },
  'view-without-pii': withoutPii,
  viewer: { ...withoutPii, sentence: 'The older name of view-without-pii.' },
  registrar: { sentence: 'Registers people and enrols them.', permissions: ['project:read', 'beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write', 'beneficiary:import', 'document:read', 'document:write', 'grievance:read', 'grievance:write', 'enrollment:read', 'enrollment:write'] },
  validator: { sentence: 'Checks whom others have registered.', permissions: ['project:read', 'beneficiary:read', 'beneficiary:read-pii', 'beneficiary:verify', 'beneficiary:deduplicate', 'document:read', 'grievance:read', 'enrollment:read', 'enrollment:write'] },
  'cva-manager': { sentence: 'Leads the cash work of projects: vendors, enrolments, entitlements.', permissions: [...PERSONAL, 'project:update', 'beneficiary:export', 'document:write', 'grievance:write', 'device:write', 'vendor:write', 'enrollment:write', 'entitlement:issue'] },
  'cva-officer': { sentence: 'Does the cash work of projects: enrolments and entitlements.', permissions: [...VIEW, 'grievance:read', 'grievance:write', 'enrollment:write', 'entitlement:issue'] },
  'finance-officer': { sentence: 'Follows the money of projects.', permissions: [...VIEW, 'vendor:read-pii', 'audit:read'] },
  'finance-manager': { sentence: 'Follows and approves the money of projects.', permissions: [...VIEW, 'audit:read', 'entitlement:approve'] },
  approver: { sentence: 'Approves what others have prepared.', permissions: [...VIEW, 'entitlement:approve'] },
  vendor: { sentence: 'Redeems entitlements at a shop.', permissions: ['project:read', 'entitlement:redeem'] },
  auditor: { sentence: 'Reads everything that is recorded, without personal data.', permissions: [...VIEW, 'grievance:read', 'document:read', 'audit:read', 'user:read', 'api-key:read', 'supergraph:read'] },
  donor: { sentence: 'Sees projects as a whole: nobody in them.', permissions: ['project:read'] },
};

/**
 * Pairs of roles that nobody holds in the same place: who prepares does not approve, who registers does not check, who issues does
 * not redeem. An organisation may add pairs of its own.
 */
export const systemPairs: ReadonlyArray<readonly [string, string]> = [
  ['approver', 'cva-manager'],
  ['approver', 'cva-officer'],
  ['cva-manager', 'finance-manager'],
  ['cva-officer', 'finance-manager'],
  ['cva-officer', 'vendor'],
  ['registrar', 'validator'],
];

export function isSystemRole(name: string): boolean {
  return Object.hasOwn(systemRoles, name);
}
