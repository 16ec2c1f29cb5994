import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const enrollment = z.object({ enrollmentId: z.uuid(), projectId: z.uuid(), beneficiaryId: z.uuid(), status: z.string() });
const vendor = z.object({ projectId: z.uuid(), vendorId: z.uuid(), status: z.string() });

export const enrollmentEvents = {
  created: defineEvent({ name: 'enrollment.created', version: 1, payload: enrollment, sentence: 'A person was enrolled in a project.' }),
  statusChanged: defineEvent({ name: 'enrollment.status-changed', version: 1, payload: enrollment, sentence: 'A person’s standing in a project changed.' }),
  vendorAssigned: defineEvent({ name: 'enrollment.vendor-assigned', version: 1, payload: vendor, sentence: 'A vendor was assigned to a project.' }),
  vendorStatusChanged: defineEvent({ name: 'enrollment.vendor-status-changed', version: 1, payload: vendor, sentence: 'A vendor’s standing in a project changed.' }),
  vendorLimitsChanged: defineEvent({ name: 'enrollment.vendor-limits-changed', version: 1, payload: vendor, sentence: 'What a vendor may take in a project changed.' }),
} as const;
