import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const document = z.object({ documentId: z.uuid(), organizationId: z.uuid(), projectId: z.uuid().nullable() });
const define = (done: string, sentence: string) => defineEvent({ name: `document.${done}`, version: 1, payload: document, sentence });

/** The news of documents: ids only. */
export const documentEvents = {
  requested: define('requested', 'A document was announced and may be uploaded.'),
  stored: define('stored', 'A document is stored whole.'),
  quarantined: define('quarantined', 'What was uploaded is not taken; it was thrown away.'),
  linked: define('linked', 'A document was linked to what it is about.'),
  deleted: define('deleted', 'A document was deleted.'),
} as const;

export type DocumentNews = keyof typeof documentEvents;
