import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const payload = z.object({ exportId: z.uuid(), organizationId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `export.${done}`, version: 1, payload, sentence });

/** The news of exports: ids only. */
export const exportEvents = {
  started: define('started', 'Somebody asked for a file of people.'),
  ready: define('ready', 'A file of people is made.'),
  failed: define('failed', 'A file of people is not made.'),
} as const;
