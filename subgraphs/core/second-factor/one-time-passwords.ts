import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;
const RECOVERY_CODES = 10;

/** A fresh secret in base32, 160 bits (RFC 4226, 4). */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an authenticator app reads from a QR code. */
export function totpUri(secret: string, account: string): string {
  return totp(secret, account).toString();
}

/** The time step whose code this is, one before and after the present one included (RFC 6238, 5.2); null for a wrong code. */
export function stepOf(secret: string, code: string, at: Date): bigint | null {
  const delta = totp(secret, '').validate({ token: code, timestamp: at.getTime(), window: 1 });
  return delta === null ? null : BigInt(Math.floor(at.getTime() / 1000 / PERIOD_SECONDS) + delta);
}

/** Codes for the day the device is lost: 64 bits each, written so that they can be copied by hand. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => (randomBytes(8).toString('hex').match(/.{4}/g) ?? []).join('-'));
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Rahat', label, secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS });
}
