import { createHash, randomBytes } from 'node:crypto';

/** 256 bits of chance as text that needs no escaping anywhere: 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret: hexadecimal SHA-256. A slow hash guards secrets that people choose; nobody guesses 256 bits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
