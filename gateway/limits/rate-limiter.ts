/** How much a client may ask: a bucket that fills steadily up to its capacity. */
export interface Bucket {
  capacity: number;
  perSecond: number;
}

/** What came of taking tokens out of a bucket. */
export interface Taken {
  /** When false, nothing was taken. */
  allowed: boolean;
  /** Tokens that are left. */
  remaining: number;
  /** Until there is enough for what was asked; 0 when it was allowed. Milliseconds. */
  retryAfterMs: number;
  /** Until the bucket is full. Milliseconds. */
  fullInMs: number;
}

/** Buckets of tokens, by key. Its adapters are held to one suite of tests (`testing/rate-limiter-conformance.ts`). */
export interface RateLimiter {
  /**
   * Takes tokens out of the bucket of a key, all or none. A key that was never seen, or whose bucket is full again, has a full bucket. Whoever asks
   * for more than a bucket holds must find it full.
   * @throws when the store of the buckets does not answer.
   */
  take(key: string, tokens: number, bucket: Bucket): Taken | Promise<Taken>;
  close(): Promise<void>;
}

/** What is told of a bucket that holds `tokens`, after `wanted` were taken or not. */
export function takenOf(allowed: boolean, tokens: number, wanted: number, { capacity, perSecond }: Bucket): Taken {
  const msFor = (missing: number): number => (Math.max(0, missing) / perSecond) * 1000;
  return { allowed, remaining: Math.floor(tokens), retryAfterMs: allowed ? 0 : Math.ceil(msFor(wanted - tokens)), fullInMs: Math.ceil(msFor(capacity - tokens)) };
}
