import type { Redis } from 'ioredis';
import type { ErrorCode } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import type { OperationLimits } from '../engine';
import type { GatewayEnv } from '../env';
import { createClientLimits, unlimited, type Admit } from './client-limits';
import { whenUnreachable } from './failing-rate-limiter';
import type { GuardOptions } from './guarded-engine';
import { createMemoryRateLimiter } from './memory-rate-limiter';
import type { Bucket, RateLimiter } from './rate-limiter';
import { createRedisRateLimiter } from './redis-rate-limiter';

const INTROSPECTION_PERMISSION = 'schema:introspect';

/** What the compiler refuses. */
export function operationLimits(env: GatewayEnv): OperationLimits & { suggestions: boolean } {
  return {
    maxTokens: env.GRAPHQL_MAX_TOKENS,
    introspection: env.GRAPHQL_INTROSPECTION !== 'false',
    suggestions: env.GRAPHQL_INTROSPECTION === 'true',
    shape: {
      depth: env.GRAPHQL_MAX_DEPTH,
      nesting: env.GRAPHQL_MAX_NESTING,
      fields: env.GRAPHQL_MAX_FIELDS,
      rootFields: env.GRAPHQL_MAX_ROOT_FIELDS,
      aliases: env.GRAPHQL_MAX_ALIASES,
      directives: env.GRAPHQL_MAX_DIRECTIVES,
      duplicates: env.GRAPHQL_MAX_DUPLICATES,
    },
    cost: { max: env.GRAPHQL_MAX_COST, assumedListSize: env.GRAPHQL_ASSUMED_LIST_SIZE },
  };
}

/** What is refused when an operation is run. */
export function guardOptions(env: GatewayEnv, refused: (code: ErrorCode) => void): GuardOptions {
  return {
    maxDocument: env.GRAPHQL_MAX_CHARACTERS,
    maxCost: env.GRAPHQL_MAX_COST,
    maxAnswer: env.MAX_RESPONSE_CHARACTERS,
    introspectionPermission: env.GRAPHQL_INTROSPECTION === 'permitted' ? INTROSPECTION_PERMISSION : null,
    suggestions: env.GRAPHQL_INTROSPECTION === 'true',
    refused,
  };
}

/** How much clients may ask, counted in Redis where there is one. */
export function openClientLimits(env: GatewayEnv, { redis, logger, refused }: { redis: Redis | null; logger: Logger; refused(code: ErrorCode): void }): Admit {
  if (!env.RATE_LIMIT) return unlimited;
  const limiter = redis ? sharedLimiter(redis, env, logger) : createMemoryRateLimiter();
  return createClientLimits({
    limiter,
    known: bucketOf(env.RATE_LIMIT_BURST, env.RATE_LIMIT_PER_MINUTE),
    anonymous: bucketOf(env.RATE_LIMIT_ANONYMOUS_BURST, env.RATE_LIMIT_ANONYMOUS_PER_MINUTE),
    costPerToken: env.RATE_LIMIT_COST_PER_TOKEN,
    refused,
  });
}

function sharedLimiter(redis: Redis, env: GatewayEnv, logger: Logger): RateLimiter {
  return whenUnreachable(createRedisRateLimiter(redis), env.RATE_LIMIT_ON_FAILURE, { own: createMemoryRateLimiter(), logger });
}

function bucketOf(capacity: number, perMinute: number): Bucket {
  return { capacity, perSecond: perMinute / 60 };
}
