import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const payload = z.object({ definitionId: z.uuid(), organizationId: z.uuid(), key: z.string(), version: z.number().int() });

/** The news of attributes. */
export const attributeEvents = {
  defined: defineEvent({ name: 'attribute.defined', version: 1, payload, sentence: 'Registrations have another attribute.' }),
  changed: defineEvent({ name: 'attribute.changed', version: 1, payload, sentence: 'An attribute is checked or shown differently from now on.' }),
} as const;
