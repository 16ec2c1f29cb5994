/** The value below which this share of all samples lies (nearest rank: always a sample, never a value in between). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Smallest, middle and greatest. */
export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spread(samples: readonly number[]): Spread {
  return { min: percentile(samples, 0), median: median(samples), max: percentile(samples, 1) };
}

const SHUFFLES = 10_000;

/**
 * How probable it is that the last samples exceed the first by what they do when order does not matter: the share of random orders of
 * all samples in which the difference of the medians of both ends is at least as great.
 */
export function chanceOfGrowth(samples: readonly number[], edge: number): number {
  const difference = (order: readonly number[]): number => median(order.slice(-edge)) - median(order.slice(0, edge));
  const found = difference(samples);
  let atLeast = 0;
  for (let round = 0; round < SHUFFLES; round += 1) if (difference(shuffled(samples)) >= found) atLeast += 1;
  return atLeast / SHUFFLES;
}

function shuffled(samples: readonly number[]): number[] {
  const order = [...samples];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
