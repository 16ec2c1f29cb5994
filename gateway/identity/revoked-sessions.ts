import { LRUCache } from 'lru-cache';

/** Sessions that core said have ended: their access tokens are refused although they have not expired. */
export interface RevokedSessions {
  add(ids: readonly string[]): void;
  has(id: string): boolean;
}

// An access token lives for 15 minutes; one that was issued just before the end is over by then.
const KEPT_MS = 20 * 60_000;
const MOST = 200_000;

export function createRevokedSessions(): RevokedSessions {
  const revoked = new LRUCache<string, true>({ max: MOST, ttl: KEPT_MS });
  return {
    add: (ids) => ids.forEach((id) => revoked.set(id, true)),
    has: (id) => revoked.has(id),
  };
}
