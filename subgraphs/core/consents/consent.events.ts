import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const payload = z.object({ consentId: z.uuid(), beneficiaryId: z.uuid(), organizationId: z.uuid(), purpose: z.string() });

/** The news of consents. */
export const consentEvents = {
  given: defineEvent({ name: 'consent.given', version: 1, payload, sentence: 'A person agreed to something.' }),
  withdrawn: defineEvent({ name: 'consent.withdrawn', version: 1, payload, sentence: 'A person took a consent back.' }),
} as const;
