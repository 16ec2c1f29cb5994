import { allPermissions, type Permission } from './permissions';

/** A named set of permissions. Held in the whole organisation or in one project. */
export interface Role {
  sentence: string;
  permissions: readonly Permission[];
}

const VIEW: readonly Permission[] = ['project:read', 'beneficiary:read', 'vendor:read', 'enrollment:read', 'entitlement:read'];

/** The roles that there are. */
export const roles: Readonly<Record<string, Role>> = {
  admin: { sentence: 'May do everything in the organisation.', permissions: allPermissions },
  'project-manager': {
    sentence: 'Runs projects: people, vendors and entitlements, with personal data.',
    permissions: [
      ...VIEW,
      'project:create',
      'project:update',
      'project:deploy',
      'audit:read',
      'beneficiary:read-pii',
      'beneficiary:write',
      'vendor:write',
      'enrollment:write',
      'entitlement:issue',
      'entitlement:redeem',
    ],
  },
  viewer: { sentence: 'Sees projects and people without personal data.', permissions: VIEW },
};

/** What roles grant in one place: an unknown role (of a newer release) grants nothing. */
export function grantedBy(names: readonly string[]): Permission[] {
  return [...new Set(names.flatMap((name) => roles[name]?.permissions ?? []))];
}
