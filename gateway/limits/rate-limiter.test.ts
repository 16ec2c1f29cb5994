import { createLogger } from '#kernel/telemetry';
import { whenUnreachable } from './failing-rate-limiter';
import { createMemoryRateLimiter } from './memory-rate-limiter';
import type { RateLimiter } from './rate-limiter';
import { connectRedis } from '../redis';
import { createRedisRateLimiter } from './redis-rate-limiter';
import { rateLimiterConformance } from './testing/rate-limiter-conformance';

const logger = createLogger({ name: 'test', level: 'silent' });
const bucket = { capacity: 2, perSecond: 1 };

describe('buckets in memory', () => {
  let now = 0;
  rateLimiterConformance(async () => ({ limiter: createMemoryRateLimiter(() => now), pass: (ms) => void (now += ms), stop: async () => undefined }));
});

const redisUrl = process.env.TEST_REDIS_URL ?? '';
if (!redisUrl) console.warn('SKIPPED: the buckets in Redis are tested with TEST_REDIS_URL=redis://… only.');
(redisUrl ? describe : describe.skip)('buckets in Redis', () => {
  rateLimiterConformance(async () => {
    const redis = connectRedis(redisUrl, logger);
    await new Promise((resolve) => redis.once('ready', resolve));
    return { limiter: createRedisRateLimiter(redis), pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), stop: async () => redis.disconnect() };
  });
});

describe('while the shared buckets cannot be reached', () => {
  const away: RateLimiter = { take: () => Promise.reject(new Error('gone')), close: async () => undefined };

  test('an open gateway counts for itself', async () => {
    const limiter = whenUnreachable(away, 'open', { own: createMemoryRateLimiter(() => 0), logger });
    const taken = [await limiter.take('k', 2, bucket), await limiter.take('k', 1, bucket)];
    expect(taken.map(({ allowed }) => allowed)).toEqual([true, false]);
  });

  test('a closed gateway refuses', async () => {
    const limiter = whenUnreachable(away, 'closed', { own: createMemoryRateLimiter(() => 0), logger });
    await expect(limiter.take('k', 1, bucket)).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  test('a connection that is refused fails at once and does not end the process', async () => {
    const redis = connectRedis('redis://127.0.0.1:1', logger);
    await expect(createRedisRateLimiter(redis).take('k', 1, bucket)).rejects.toThrow();
    redis.disconnect();
  });
});
