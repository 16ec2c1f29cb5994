import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { AppError } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import { jwksSchema, type Jwks } from '../contracts';
import type { LastGood } from '../registry';

/** The keys that access tokens are signed with, as core last published them. */
export interface AccessKeys {
  /** Null until the first copy arrives. */
  current(): Jwks | null;
  /** Finds the key that a token names; asks core once more (rarely) when no key fits. @throws AppError CORE_UNAVAILABLE when there are no keys at all. */
  find: JWTVerifyGetKey;
  /** Takes the copy from disk. */
  load(): Promise<void>;
  /** Asks core for the keys; keeps what there was when core does not answer. */
  refresh(): Promise<void>;
}

export interface AccessKeysOptions {
  fetch: () => Promise<Jwks>;
  copies: LastGood;
  logger: Logger;
  now?: () => number;
}

// Tokens with made-up key ids must not become questions to core.
const SHORTEST_PAUSE_MS = 5000;

export function createAccessKeys(options: AccessKeysOptions): AccessKeys {
  const now = options.now ?? Date.now;
  let jwks: Jwks | null = null;
  let find: JWTVerifyGetKey = createLocalJWKSet({ keys: [] });
  let askedAt = -Infinity;

  function use(keys: Jwks): void {
    jwks = keys;
    find = createLocalJWKSet(keys as JSONWebKeySet);
  }

  async function refresh(): Promise<void> {
    askedAt = now();
    try {
      use(await options.fetch());
      await options.copies.save('jwks', jwks);
    } catch (error) {
      options.logger.warn({ err: error }, 'core did not give its keys; the ones before stay');
    }
  }

  return {
    current: () => jwks,
    find: async (header, token) => {
      try {
        return await find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        if (jwks && now() - askedAt < SHORTEST_PAUSE_MS) throw error;
        await refresh();
        if (!jwks) throw new AppError('CORE_UNAVAILABLE', 'The core service does not answer now.');
        return find(header, token);
      }
    },
    load: async () => {
      const copy = await options.copies.load('jwks', jwksSchema);
      if (copy && !jwks) use(copy);
    },
    refresh,
  };
}
