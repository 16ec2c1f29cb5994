import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const payload = z.object({ grievanceId: z.uuid(), organizationId: z.uuid(), status: z.string(), priority: z.string(), assigneeId: z.uuid().nullable() });

/** The news of grievances: where they stand, never what was said. */
export const grievanceEvents = {
  filed: defineEvent({ name: 'grievance.filed', version: 1, payload, sentence: 'Somebody filed a grievance.' }),
  updated: defineEvent({ name: 'grievance.updated', version: 1, payload, sentence: 'Something was done about a grievance.' }),
} as const;
