const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/** A worker that ran for so long is healthy: its end is the first again. */
export const STEADY_MS = 60_000;

/** How long to wait before a worker is started again, in ms: doubling with each end in a row (1, 2, …), capped. */
export function restartDelayMs(endsInARow: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(endsInARow - 1, 10));
}
