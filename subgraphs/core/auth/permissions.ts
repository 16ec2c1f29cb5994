/**
 * Every permission, with what it allows. `noun:verb`. One list, so that a role cannot grant what does not exist and a rule cannot
 * ask for what no role can grant.
 */
export const permissions = {
  'operation:explain': 'See how the gateway answers an operation: its plan and each call.',
  'project:read': 'See projects and what their services publish of themselves.',
  'project:create': 'Create projects.',
  'project:update': 'Change, pause and resume projects, and their milestones.',
  'project:deploy': 'Deploy, retry, upgrade, close and archive projects.',
  'project:delete': 'Delete projects that never ran.',
  'supergraph:read': 'See the published versions of the supergraph.',
  'supergraph:write': 'Register project types.',
  'user:read': 'See users and their roles.',
  'user:write': 'Create and disable users, grant and revoke roles.',
  'audit:read': 'Read the audit log.',
  'beneficiary:read': 'See beneficiaries without personal data.',
  'beneficiary:read-pii': 'See names and phone numbers of beneficiaries.',
  'beneficiary:write': 'Register and change beneficiaries.',
  'vendor:read': 'See vendors.',
  'vendor:write': 'Register, approve and suspend vendors.',
  'enrollment:read': 'See who is enrolled in projects and which vendors serve them.',
  'enrollment:write': 'Enrol beneficiaries and assign vendors.',
  'entitlement:read': 'See what people are entitled to.',
  'entitlement:issue': 'Issue and cancel entitlements.',
  'entitlement:redeem': 'Redeem entitlements.',
} as const;

export type Permission = keyof typeof permissions;

export const allPermissions = Object.keys(permissions) as Permission[];
