import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const grant = z.object({ userId: z.uuid(), organizationId: z.uuid(), role: z.string(), projectId: z.uuid().nullable() });
const role = z.object({ organizationId: z.uuid(), role: z.string() });
const pair = z.object({ organizationId: z.uuid(), roles: z.array(z.string()).length(2) });

/** The news of roles, and of who holds them. */
export const roleEvents = {
  granted: defineEvent({ name: 'user.role-granted', version: 1, payload: grant, sentence: 'A user was granted a role.' }),
  revoked: defineEvent({ name: 'user.role-revoked', version: 1, payload: grant, sentence: 'A role was taken from a user.' }),
  created: defineEvent({ name: 'role.created', version: 1, payload: role, sentence: 'An organisation defined a role.' }),
  updated: defineEvent({ name: 'role.updated', version: 1, payload: role, sentence: 'The permissions of a role changed.' }),
  deleted: defineEvent({ name: 'role.deleted', version: 1, payload: role, sentence: 'A role was deleted.' }),
  separated: defineEvent({ name: 'role.separated', version: 1, payload: pair, sentence: 'Nobody may hold these two roles in one place any more.' }),
  joined: defineEvent({ name: 'role.joined', version: 1, payload: pair, sentence: 'Two roles may be held in one place again.' }),
} as const;
