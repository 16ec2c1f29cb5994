import { AppError } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import type { RateLimiter } from './rate-limiter';

/**
 * What becomes of requests while the shared buckets cannot be reached. `open`: they are counted in this process, so that clients are still bounded,
 * only less exactly. `closed`: they are refused.
 */
export function whenUnreachable(shared: RateLimiter, behaviour: 'open' | 'closed', { own, logger }: { own: RateLimiter; logger: Logger }): RateLimiter {
  let reachable = true;
  const noteReachable = (is: boolean, error?: unknown): void => {
    if (is !== reachable) logger.warn({ ...(error === undefined ? {} : { err: error }), behaviour }, is ? 'the shared rate limits are back' : 'the shared rate limits cannot be reached');
    reachable = is;
  };
  return {
    take: async (key, tokens, bucket) => {
      try {
        const taken = await shared.take(key, tokens, bucket);
        noteReachable(true);
        return taken;
      } catch (error) {
        noteReachable(false, error);
        if (behaviour === 'open') return own.take(key, tokens, bucket);
        throw new AppError('OVERLOADED', 'It cannot be counted now how much you have asked; nothing was begun.');
      }
    },
    close: async () => {
      await Promise.all([shared.close(), own.close()]);
    },
  };
}
