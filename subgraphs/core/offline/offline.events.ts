import { z } from 'zod';
import { defineEvent } from '#kernel/events';

/** The news of what is registered without a network: numbers and ids only. */
export const offlineEvents = {
  batchAccepted: defineEvent({
    name: 'offline.batch-accepted',
    version: 1,
    payload: z.object({ deviceId: z.uuid(), organizationId: z.uuid(), fromSeq: z.number().int(), toSeq: z.number().int(), accepted: z.number().int(), conflicts: z.number().int() }),
    sentence: 'A batch of registrations was taken from a device.',
  }),
  conflictResolved: defineEvent({
    name: 'offline.conflict-resolved',
    version: 1,
    payload: z.object({ conflictId: z.uuid(), organizationId: z.uuid(), status: z.string(), beneficiaryId: z.uuid().nullable() }),
    sentence: 'Somebody decided on a registration that could not be taken as it was.',
  }),
} as const;
