import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const payload = z.object({ auditExportId: z.uuid(), organizationId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `audit-export.${done}`, version: 1, payload, sentence });

/** The news of exports of the audit log: ids only. */
export const auditExportEvents = {
  started: define('started', 'Somebody asked for a file of audit entries.'),
  ready: define('ready', 'A file of audit entries is made.'),
  failed: define('failed', 'A file of audit entries is not made.'),
} as const;
