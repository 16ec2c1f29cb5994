import { LRUCache } from 'lru-cache';
import type { Principal } from '#kernel/auth';
import { AppError } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import type { EffectivePermissions } from '../registry';

/** A user's permissions; `stale` when core could not confirm that they still hold. */
export interface KnownPrincipal {
  principal: Principal;
  stale: boolean;
  /** When the first of these permissions expires, ms since the epoch; null for never. */
  validUntil?: number | null;
}

/** Effective permissions by user (or API key), as fresh as core's stream allows. */
export interface PermissionCache {
  /**
   * @throws AppError UNAUTHENTICATED when there is no such user any more; CORE_UNAVAILABLE when core does not answer and nothing
   * young enough is known.
   */
  of(userId: string): Promise<KnownPrincipal>;
  /** From now on only permissions of this version or later are fresh. */
  invalidate(version: number): void;
  /** Whether news of changes reaches us. While it does not, every use is confirmed with core. */
  setConnected(connected: boolean): void;
}

export interface PermissionCacheOptions {
  fetch: (userId: string) => Promise<EffectivePermissions | null>;
  /** Age up to which unconfirmed permissions serve reads, in ms. */
  maxStaleMs: number;
  logger: Logger;
  now?: () => number;
}

interface Entry {
  principal: Principal;
  version: number;
  /** When the first of these permissions expires, ms since the epoch; from then on nothing here is believed. */
  validUntil: number | null;
  /** When these permissions were last known to hold, ms since the epoch; advances by itself while we are connected. */
  confirmedAt: number;
}

const USERS = 10_000;
// Also without news of a change nothing is believed for longer: a net under the version event.
const LONGEST_FRESH_MS = 5 * 60_000;
// A core that hangs must not make every read wait for it: after a question in vain the known is served at once for this long.
const PATIENCE_MS = 3000;

export function createPermissionCache(options: PermissionCacheOptions): PermissionCache {
  const now = options.now ?? Date.now;
  const entries = new LRUCache<string, Entry>({ max: USERS });
  const underWay = new Map<string, Promise<Entry>>();
  let newest = -Infinity;
  let connected = false;
  let lostAt = -Infinity;
  let inVainAt = -Infinity;

  async function fetch(userId: string): Promise<Entry> {
    const found = await options.fetch(userId);
    if (!found) {
      entries.delete(userId);
      throw new AppError('UNAUTHENTICATED', 'The access token is missing, expired or not ours.');
    }
    const { version, validUntil: until, ...principal } = found;
    const validUntil = until ? Date.parse(until) : null;
    const known = entries.get(userId);
    // The object stays the same while the permissions do, because signed tokens are cached by it.
    const same = known?.version === version && known.validUntil === validUntil;
    const entry = { principal: same ? known.principal : principal, version, validUntil, confirmedAt: now() };
    entries.set(userId, entry);
    return entry;
  }

  function confirm(userId: string): Promise<Entry> {
    const asked = underWay.get(userId) ?? fetch(userId).finally(() => underWay.delete(userId));
    underWay.set(userId, asked);
    return asked;
  }

  function isValid({ validUntil }: Entry): boolean {
    return validUntil === null || now() < validUntil;
  }

  function isFresh(entry: Entry): boolean {
    return isValid(entry) && connected && entry.version >= newest && entry.confirmedAt >= lostAt && now() - entry.confirmedAt < LONGEST_FRESH_MS;
  }

  // What was fresh when the line broke was known to hold until then.
  function ageOf(entry: Entry): number {
    const heldAtLoss = !connected && entry.version >= newest && lostAt - entry.confirmedAt < LONGEST_FRESH_MS;
    return now() - (heldAtLoss ? Math.max(entry.confirmedAt, lostAt) : entry.confirmedAt);
  }

  return {
    of: async (userId) => {
      const entry = entries.get(userId);
      if (entry && isFresh(entry)) return { principal: entry.principal, stale: false, validUntil: entry.validUntil };
      const usable = entry && isValid(entry) && ageOf(entry) <= options.maxStaleMs;
      if (usable && !connected && now() - inVainAt < PATIENCE_MS) return { principal: entry.principal, stale: true };
      try {
        const { principal, validUntil } = await confirm(userId);
        return { principal, stale: false, validUntil };
      } catch (error) {
        if (error instanceof AppError) throw error;
        options.logger.warn({ err: error }, 'core did not give permissions');
        inVainAt = now();
        if (usable) return { principal: entry.principal, stale: true };
        throw new AppError('CORE_UNAVAILABLE', 'The core service does not answer now.');
      }
    },
    invalidate: (version) => {
      newest = version;
    },
    setConnected: (next) => {
      if (connected && !next) lostAt = now();
      connected = next;
    },
  };
}
