import { createHash } from 'node:crypto';

const BEARER = /^Bearer +(rk_[A-Za-z0-9]{8}_[\w-]{43})$/i;

/**
 * Who bears an API key, as the permission cache knows them: `key:<SHA-256 of the key>`, so that the key itself is kept nowhere.
 * Null when the header holds none.
 */
export function readApiKey(authorization: string | undefined): string | null {
  const key = BEARER.exec(authorization?.trim() ?? '')?.[1];
  return key === undefined ? null : `key:${createHash('sha256').update(key).digest('hex')}`;
}
