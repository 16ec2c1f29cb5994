import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const user = z.object({ userId: z.uuid(), organizationId: z.uuid() });
const invitation = z.object({ invitationId: z.uuid(), organizationId: z.uuid() });
const signup = z.object({ signupRequestId: z.uuid(), organizationId: z.uuid() });
const ofUser = (done: string, sentence: string) => defineEvent({ name: `user.${done}`, version: 1, payload: user, sentence });
const ofInvitation = (done: string, sentence: string) => defineEvent({ name: `invitation.${done}`, version: 1, payload: invitation, sentence });
const ofSignup = (done: string, sentence: string) => defineEvent({ name: `signup.${done}`, version: 1, payload: signup, sentence });

/** The news of user accounts. */
export const userEvents = {
  created: ofUser('created', 'A user account was created.'),
  updated: ofUser('updated', 'The profile of a user changed.'),
  locked: ofUser('locked', 'A user account was locked for the time being.'),
  unlocked: ofUser('unlocked', 'A user account that was locked may be used again.'),
  disabled: ofUser('disabled', 'A user account was disabled.'),
  enabled: ofUser('enabled', 'A user account that was disabled may be used again.'),
} as const;

/** The news of invitations and of requests to join. */
export const joiningEvents = {
  invited: ofInvitation('created', 'Somebody was invited to an organisation.'),
  accepted: ofInvitation('accepted', 'An invitation was accepted.'),
  revoked: ofInvitation('revoked', 'An invitation was taken back.'),
  requested: ofSignup('requested', 'Somebody asked to join an organisation.'),
  approved: ofSignup('approved', 'A request to join was approved.'),
  rejected: ofSignup('rejected', 'A request to join was rejected.'),
} as const;

export type UserNews = keyof typeof userEvents;
