/**
 * Every permission, with what it allows. `noun:verb`. One list, so that a role cannot grant what does not exist and a rule cannot
 * ask for what no role can grant.
 */
export const permissions = {
  'operation:explain': 'See how the gateway answers an operation: its plan and each call.',
  'schema:introspect': 'Read the schema of the graph, where the gateway does not show it to everybody.',
  'organization:update': 'Change the organisation.',
  'project:read': 'See projects and what their services publish of themselves.',
  'project:create': 'Create projects.',
  'project:update': 'Change, pause and resume projects, and their milestones.',
  'project:deploy': 'Deploy, retry, upgrade, close and archive projects.',
  'project:delete': 'Delete projects that never ran.',
  'supergraph:read': 'See the published versions of the supergraph.',
  'supergraph:write': 'Register project types.',
  'user:read': 'See users, their roles, invitations and requests to join.',
  'user:write': 'Invite, create, change, lock and disable users; decide on requests to join.',
  'role:write': 'Define roles of the organisation and which roles nobody may hold together.',
  'role:grant': 'Grant and revoke roles, up to what one may do oneself.',
  'api-key:read': 'See the API keys of partners, without their secrets.',
  'api-key:write': 'Create and revoke API keys, up to what one may do oneself.',
  'audit:read': 'Read the audit log.',
  'queue:read': 'See queues of background work, and what is in them, without what it carries.',
  'queue:manage': 'Pause, resume and drain queues, and have failed work done again.',
  'event:manage': 'See events that could not be delivered, and have them delivered again.',
  'log:read': 'Read what was logged about the organisation’s projects.',
  'log:read-system': 'Read what the processes of the system have logged.',
  'exception:read': 'See unexpected errors of all processes.',
  'exception:manage': 'Acknowledge, resolve, ignore and reopen unexpected errors.',
  'beneficiary:read': 'See beneficiaries without personal data.',
  'beneficiary:read-pii': 'See names and phone numbers of beneficiaries.',
  'beneficiary:write': 'Register and change beneficiaries, their households, consents and groups.',
  'beneficiary:verify': 'Confirm that a registration is true.',
  'beneficiary:import': 'Import registrations from files, and review and commit what was staged.',
  'beneficiary:export': 'Export people to files; personal data only together with beneficiary:read-pii.',
  'beneficiary:deduplicate': 'Decide whether two registrations are the same person, merge them, and undo that.',
  'beneficiary:erase': 'Erase the personal data of a person for good.',
  'attribute:write': 'Define which attributes registrations have.',
  'personal-data:manage': 'Rotate the keys of personal data, and allow matching with other organisations.',
  'document:read': 'See documents and download those that are not personal; personal ones only together with beneficiary:read-pii.',
  'document:write': 'Upload, link and withdraw documents.',
  'grievance:read': 'See grievances.',
  'grievance:write': 'File grievances, assign them, and move them on.',
  'device:write': 'Approve and revoke the devices of vendors and of field workers.',
  'vendor:read': 'See vendors.',
  'vendor:write': 'Register, approve and suspend vendors.',
  'vendor:read-pii': 'See the contacts and the off-ramp accounts of vendors.',
  'enrollment:read': 'See who is enrolled in projects and which vendors serve them.',
  'enrollment:write': 'Enrol beneficiaries and assign vendors.',
  'entitlement:read': 'See what people are entitled to.',
  'entitlement:issue': 'Issue and cancel entitlements, each up to the approval limit.',
  'entitlement:approve': 'Approve what others have prepared, up to the approval limit.',
  'entitlement:redeem': 'Redeem entitlements.',
} as const;

export type Permission = keyof typeof permissions;

export const allPermissions = Object.keys(permissions) as Permission[];

/** Permissions to commit money: an approval limit bounds them. */
export const committing: readonly Permission[] = ['entitlement:issue', 'entitlement:approve'];

/** Permissions that give others permissions. No API key has them: a key that leaks must not be able to outlive its revocation. */
export const delegating: readonly Permission[] = ['user:write', 'role:write', 'role:grant', 'api-key:write'];

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(permissions, text);
}
