import { LRUCache } from 'lru-cache';
import { AppError } from '#kernel/errors';

const ATTEMPTS = 10;
const WINDOW_MS = 60_000;

/**
 * Slows down guessing: ten failed attempts for an account and minute. In memory and for each process; limits that
 * gateways share come with the identity work.
 */
export function createSignInLimit(): { check(email: string): void; failed(email: string): void } {
  const failures = new LRUCache<string, number>({ max: 100_000, ttl: WINDOW_MS });
  return {
    check: (email) => {
      if ((failures.get(email) ?? 0) >= ATTEMPTS) throw new AppError('UNAUTHENTICATED', 'Too many attempts; wait a minute and try again.');
    },
    failed: (email) => {
      failures.set(email, (failures.get(email) ?? 0) + 1, { noUpdateTTL: true });
    },
  };
}
