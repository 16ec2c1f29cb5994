import ipaddr from 'ipaddr.js';
import { AppError } from '#kernel/errors';
import type { Bucket, RateLimiter, Taken } from './rate-limiter';

/** Who asks, as far as it matters for how much they may ask. */
export interface Client {
  /** Null for anonymous callers, who are told apart by address. */
  userId: string | null;
  address: string;
}

/** A request that may go on. */
export interface Admission {
  /** Pays for an operation of this cost, beyond what the request has paid. @throws AppError RATE_LIMITED */
  pay(cost: number): Promise<void> | void;
  /** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
  headers: Readonly<Record<string, string>>;
}

/** Lets a request of a client go on. @throws AppError RATE_LIMITED, or OVERLOADED when it cannot be counted. */
export type Admit = (client: Client) => Promise<Admission>;

export interface ClientLimitsOptions {
  limiter: RateLimiter;
  /** Of a caller that is known. */
  known: Bucket;
  /** Of an address without a caller. */
  anonymous: Bucket;
  /** Each request takes one token; an operation takes another for every so much of its cost beyond the first. */
  costPerToken: number;
  /** Told of every refusal. */
  refused(code: 'RATE_LIMITED'): void;
}

/** How much clients may ask: one bucket for each known caller, wherever they ask from, and one for each address of anonymous ones. */
export function createClientLimits({ limiter, known, anonymous, costPerToken, refused }: ClientLimitsOptions): Admit {
  return async (client) => {
    const bucket = client.userId === null ? anonymous : known;
    const key = client.userId === null ? `address:${networkOf(client.address)}` : `user:${client.userId}`;
    const take = async (tokens: number): Promise<Taken> => {
      const taken = await limiter.take(key, tokens, bucket);
      if (taken.allowed) return taken;
      refused('RATE_LIMITED');
      const retryAfterSeconds = Math.max(1, Math.ceil(taken.retryAfterMs / 1000));
      throw new AppError('RATE_LIMITED', `You have asked for too much. Ask again in ${retryAfterSeconds} s, for less at a time.`, { retryAfterSeconds });
    };
    const taken = await take(1);
    return {
      pay: (cost) => {
        const more = Math.ceil(cost / costPerToken) - 1;
        return more > 0 ? take(more).then(() => undefined) : undefined;
      },
      headers: {
        'ratelimit-policy': `"default";q=${bucket.capacity};w=${Math.ceil(bucket.capacity / bucket.perSecond)}`,
        ratelimit: `"default";r=${taken.remaining};t=${Math.ceil(taken.fullInMs / 1000)}`,
      },
    };
  };
}

/** For whoever asks without limits. */
export const unlimited: Admit = async () => ({ pay: () => undefined, headers: {} });

const NETWORK_BITS = 64;

/** Whoever has one IPv6 address has 2^64 of them. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${NETWORK_BITS}`).toString()}/${NETWORK_BITS}` : parsed.toString();
}
