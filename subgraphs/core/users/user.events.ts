import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const user = z.object({ userId: z.uuid(), organizationId: z.uuid() });
const role = user.extend({ role: z.string(), projectId: z.uuid().nullable() });

export const userEvents = {
  created: defineEvent({ name: 'user.created', version: 1, payload: user, sentence: 'A user account was created.' }),
  disabled: defineEvent({ name: 'user.disabled', version: 1, payload: user, sentence: 'A user account was disabled.' }),
  roleGranted: defineEvent({ name: 'user.role-granted', version: 1, payload: role, sentence: 'A user was granted a role.' }),
  roleRevoked: defineEvent({ name: 'user.role-revoked', version: 1, payload: role, sentence: 'A role was taken from a user.' }),
} as const;
