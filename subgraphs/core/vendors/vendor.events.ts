import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const vendor = z.object({ vendorId: z.uuid(), organizationId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `vendor.${done}`, version: 1, payload: vendor, sentence });

/** The news of vendors. */
export const vendorEvents = {
  registered: define('registered', 'A vendor was registered.'),
  updated: define('updated', 'What is known of a vendor changed.'),
  approved: define('approved', 'A vendor was approved and may be assigned to projects.'),
  suspended: define('suspended', 'A vendor was set aside.'),
  offboarded: define('offboarded', 'A vendor no longer works with the organisation.'),
} as const;

export type VendorNews = keyof typeof vendorEvents;
