import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const payload = z.object({ batchId: z.uuid(), organizationId: z.uuid(), projectId: z.uuid().nullable() });
const define = (done: string, sentence: string) => defineEvent({ name: `import.${done}`, version: 1, payload, sentence });

/** The news of imports: ids only. */
export const importEvents = {
  started: define('started', 'A file of registrations is to be read.'),
  remapped: define('remapped', 'A file is to be validated anew, with other columns or settings.'),
  reviewable: define('reviewable', 'A file is read and checked, and waits for somebody to decide.'),
  commitRequested: define('commit-requested', 'The valid rows of a file are to be registered.'),
  committed: define('committed', 'The rows of a file that could be registered are.'),
  decided: define('decided', 'Somebody decided what becomes of rows of a file.'),
  refused: define('refused', 'Somebody decided that nothing of a file is registered.'),
  failed: define('failed', 'A file could not be read.'),
} as const;

export type ImportNews = keyof typeof importEvents;
