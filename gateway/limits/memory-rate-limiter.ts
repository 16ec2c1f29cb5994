import { LRUCache } from 'lru-cache';
import { takenOf, type RateLimiter } from './rate-limiter';

/** Clients that are remembered: beyond it, those who have not asked for the longest time begin anew. */
const CLIENTS = 100_000;

/** Buckets in the memory of this process. Several gateways, and several workers of one, count each for itself. */
export function createMemoryRateLimiter(now: () => number = () => performance.now()): RateLimiter {
  const states = new LRUCache<string, { tokens: number; at: number }>({ max: CLIENTS });
  return {
    take: (key, tokens, bucket) => {
      const at = now();
      const state = states.get(key) ?? { tokens: bucket.capacity, at };
      const filled = Math.min(bucket.capacity, state.tokens + (Math.max(0, at - state.at) / 1000) * bucket.perSecond);
      const wanted = Math.min(tokens, bucket.capacity);
      const allowed = filled >= wanted;
      state.tokens = allowed ? filled - wanted : filled;
      state.at = at;
      states.set(key, state);
      return takenOf(allowed, state.tokens, wanted, bucket);
    },
    close: async () => states.clear(),
  };
}
