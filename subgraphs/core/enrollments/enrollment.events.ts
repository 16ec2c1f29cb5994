import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const enrollment = z.object({ enrollmentId: z.uuid(), projectId: z.uuid(), beneficiaryId: z.uuid(), status: z.string() });
const terms = z.object({
  enrollmentId: z.uuid(),
  projectId: z.uuid(),
  beneficiaryId: z.uuid(),
  type: z.string(),
  /** 150: one and a half times what others get. */
  multiplierHundredths: z.number().int().positive(),
  /** Null: as often as the project pays. */
  maxPayments: z.number().int().positive().nullable(),
});
const vendor = z.object({ projectId: z.uuid(), vendorId: z.uuid(), status: z.string() });

export const enrollmentEvents = {
  created: defineEvent({ name: 'enrollment.created', version: 1, payload: enrollment, sentence: 'A person was enrolled in a project.' }),
  statusChanged: defineEvent({ name: 'enrollment.status-changed', version: 1, payload: enrollment, sentence: 'A person’s standing in a project changed.' }),
  termsChanged: defineEvent({ name: 'enrollment.terms-changed', version: 1, payload: terms, sentence: 'What a person may get in a project beside others changed.' }),
  vendorAssigned: defineEvent({ name: 'enrollment.vendor-assigned', version: 1, payload: vendor, sentence: 'A vendor was assigned to a project.' }),
  vendorStatusChanged: defineEvent({ name: 'enrollment.vendor-status-changed', version: 1, payload: vendor, sentence: 'A vendor’s standing in a project changed.' }),
  vendorLimitsChanged: defineEvent({ name: 'enrollment.vendor-limits-changed', version: 1, payload: vendor, sentence: 'What a vendor may take in a project changed.' }),
} as const;
