import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const household = z.object({ householdId: z.uuid(), organizationId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `household.${done}`, version: 1, payload: household, sentence });

/** The news of households. */
export const householdEvents = {
  created: define('created', 'A household was registered.'),
  updated: define('updated', 'The data of a household changed.'),
  membersChanged: define('members-changed', 'Somebody came to a household, left it, or has another role in it.'),
  dissolved: define('dissolved', 'A household is no more.'),
} as const;

export type HouseholdNews = keyof typeof householdEvents;
