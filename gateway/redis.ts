import { Redis } from 'ioredis';
import type { Logger } from '#kernel/telemetry';

/** A request waits for Redis no longer than this: what Redis holds here is worth less than an answer. */
const ANSWER_MS = 250;

/** A connection that fails at once while Redis is away, and is made again by itself. */
export function connectRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, { commandTimeout: ANSWER_MS, connectTimeout: 2000, enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: (attempt) => Math.min(attempt * 100, 2000) });
  redis.on('error', (error) => logger.warn({ err: error }, 'Redis does not answer'));
  return redis;
}
