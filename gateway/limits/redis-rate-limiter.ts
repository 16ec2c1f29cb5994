import type { Redis } from 'ioredis';
import { takenOf, type RateLimiter } from './rate-limiter';

const PREFIX = 'rahat:rate:';
// One step on the server, by its clock: gateways need not agree on the time. A bucket that is full again is forgotten.
const TAKE = `
local capacity, perSecond, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(capacity, (tonumber(state[1]) or capacity) + math.max(0, now - (tonumber(state[2]) or now)) / 1000 * perSecond)
local allowed = tokens >= wanted and 1 or 0
tokens = tokens - allowed * wanted
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / perSecond * 1000) + 1000)
return { allowed, tostring(tokens) }
`;

type WithTake = Redis & { takeTokens(key: string, capacity: number, perSecond: number, wanted: number): Promise<[number, string]> };

/** Buckets in Redis, for all gateways that use it. The connection is closed by whoever opened it. */
export function createRedisRateLimiter(redis: Redis): RateLimiter {
  redis.defineCommand('takeTokens', { numberOfKeys: 1, lua: TAKE });
  return {
    take: async (key, tokens, bucket) => {
      const wanted = Math.min(tokens, bucket.capacity);
      const [allowed, left] = await (redis as WithTake).takeTokens(PREFIX + key, bucket.capacity, bucket.perSecond, wanted);
      return takenOf(allowed === 1, Number(left), wanted, bucket);
    },
    close: async () => undefined,
  };
}
