import type { DeviceRow } from './device.repository';
import { Device, type DeviceStatus } from './device.type';

const MAX_SECONDS = 2n ** 31n - 1n;

export function toDevice(row: DeviceRow): Device {
  const { id, label, vendorId, userId, createdAt, approvedAt, revokedAt, revokedReason, lastSeq, lastSeenAt, clockSkewMs, forkedAt } = row;
  const publicKey = Buffer.from(row.publicKey).toString('base64url');
  const clockSkewSeconds = clockSkewMs === null ? null : Number(clamp(clockSkewMs / 1000n));
  return Object.assign(new Device(), { id, label, vendorId, userId, createdAt, approvedAt, revokedAt, revokedReason, lastSeq, lastSeenAt, forkedAt, publicKey, clockSkewSeconds, status: row.status as DeviceStatus });
}

// A clock that shows another century does not fit an Int.
function clamp(seconds: bigint): bigint {
  return seconds > MAX_SECONDS ? MAX_SECONDS : seconds < -MAX_SECONDS ? -MAX_SECONDS : seconds;
}
