/** How many lines a writer may have stored; who has none left must wait. */
export interface Quota {
  /** Whether so many lines may be stored for the writer now; then they are counted. */
  take(writer: string, lines: number): boolean;
}

interface Bucket {
  left: number;
  at: number;
}

/** A bucket of tokens for each writer, filled again with time. */
export function createQuota({ perSecond, burst }: { perSecond: number; burst: number }, now: () => number = Date.now): Quota {
  const buckets = new Map<string, Bucket>();
  const leftOf = ({ left, at }: Bucket): number => Math.min(burst, left + ((now() - at) / 1000) * perSecond);
  return {
    take: (writer, lines) => {
      const left = leftOf(buckets.get(writer) ?? { left: burst, at: now() });
      const enough = left >= lines;
      buckets.set(writer, { left: enough ? left - lines : left, at: now() });
      // Services come and go: one whose bucket is full again is as good as forgotten.
      if (buckets.size > 1000) for (const [name, bucket] of buckets) if (leftOf(bucket) >= burst) buckets.delete(name);
      return enough;
    },
  };
}
