import { isDeepStrictEqual } from 'node:util';
import { percentile } from '../statistics';
import type { Way } from './through-gateway';

/** What a load found. */
export interface Load {
  /** How long each answer took, in ms. */
  latencies: number[];
  /** Answers that failed or were not the expected one. */
  wrong: string[];
  elapsedMs: number;
}

/** A closed loop: each of so many askers asks again as soon as it has its answer and has judged it. */
export async function runLoad(way: Way, expected: Record<string, unknown>, concurrency: number, forMs: number): Promise<Load> {
  const load: Load = { latencies: [], wrong: [], elapsedMs: 0 };
  const began = performance.now();
  const asker = async (): Promise<void> => {
    for (let now = began; now - began < forMs; ) {
      const answer = await way.ask().catch((error: unknown) => ({ failed: String(error) }));
      const then = performance.now();
      load.latencies.push(then - now);
      if (!isDeepStrictEqual(answer, expected)) load.wrong.push(JSON.stringify(answer).slice(0, 300));
      now = performance.now();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, asker));
  load.elapsedMs = performance.now() - began;
  return load;
}

export interface Figures {
  p50: number;
  p99: number;
  perSecond: number;
  answers: number;
  wrong: string[];
}

/** Several loads of one kind as one. */
export function figuresOf(loads: readonly Load[]): Figures {
  const latencies = loads.flatMap((load) => load.latencies);
  const elapsedMs = loads.reduce((sum, load) => sum + load.elapsedMs, 0);
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    perSecond: (latencies.length / elapsedMs) * 1000,
    answers: latencies.length,
    wrong: loads.flatMap((load) => load.wrong),
  };
}
