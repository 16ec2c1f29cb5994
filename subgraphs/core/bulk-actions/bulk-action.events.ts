import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const payload = z.object({ bulkActionId: z.uuid(), organizationId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `bulk-action.${done}`, version: 1, payload, sentence });

/** The news of bulk actions; what is done to each person is told as that person's own news. */
export const bulkActionEvents = {
  started: define('started', 'Something is to be done to many people.'),
  done: define('done', 'What was to be done to many people is done, as far as it could be.'),
  cancelled: define('cancelled', 'Somebody stopped what was being done to many people.'),
} as const;
