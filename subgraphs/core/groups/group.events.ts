import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const group = z.object({ groupId: z.uuid(), organizationId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `beneficiary-group.${done}`, version: 1, payload: group, sentence });

/** The news of groups. */
export const groupEvents = {
  created: define('created', 'A group of people was made.'),
  updated: define('updated', 'A group of people is called or chosen differently.'),
  membersChanged: define('members-changed', 'People came to a group or left it.'),
  frozen: define('frozen', 'It was recorded for good who is in a group now.'),
  archived: define('archived', 'A group is no longer used.'),
} as const;

export type GroupNews = keyof typeof groupEvents;
