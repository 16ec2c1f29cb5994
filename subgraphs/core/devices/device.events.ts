import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const device = z.object({ deviceId: z.uuid(), organizationId: z.uuid(), vendorId: z.uuid().nullable(), userId: z.uuid().nullable() });
const define = (done: string, sentence: string) => defineEvent({ name: `device.${done}`, version: 1, payload: device, sentence });

/** The news of devices. */
export const deviceEvents = {
  enrolled: define('enrolled', 'A device has shown that it holds its key, and waits for approval.'),
  approved: define('approved', 'A device was approved: what it signs counts.'),
  revoked: define('revoked', 'A device was revoked: what it signs no longer counts.'),
  forkDetected: define('fork-detected', 'A device sent something else under a sequence number that was taken: its key may be on two devices.'),
} as const;

export type DeviceNews = keyof typeof deviceEvents;
