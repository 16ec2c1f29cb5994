import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Composer } from '../../subgraphs/core/supergraph/composition';
import { artifactOf, compose } from './artifact';
import type { ServingGateway } from './serving-gateway';
import { syntheticType } from './synthetic-type';

/** One type joining a supergraph. Times in milliseconds. */
export interface Joining {
  composeMs: number;
  /** From the composed supergraph to the first right answer of the new type. */
  swapMs: number;
  /** The longest time in which the gateway's thread did nothing else during the swap. */
  blockedMs: number;
  sdlBytes: number;
}

export interface Bench {
  composer: Composer;
  gateway: ServingGateway;
  coreSdl: string;
}

/** Lets new types join, one after the other, a supergraph with this many; each time the one that joined before is left out again. */
export async function measureJoining(bench: Bench, live: number, rounds: number): Promise<Joining[]> {
  const base = Array.from({ length: live }, (_, index) => syntheticType(index));
  const baseSdl = await compose(bench.composer, bench.coreSdl, base);
  await bench.gateway.serve(artifactOf(1, baseSdl, base));
  const joinings: Joining[] = [];
  // The first round warms code up, as a system has been that already runs; it does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const added = syntheticType(live + round);
    const joining = await join(bench, [...base, added], round + 2);
    if (round > 0) joinings.push(joining);
  }
  return joinings;
}

async function join({ composer, gateway, coreSdl }: Bench, types: readonly ReturnType<typeof syntheticType>[], version: number): Promise<Joining> {
  const added = types.at(-1);
  if (!added) throw new Error('Nothing joins.');
  const began = performance.now();
  const sdl = await compose(composer, coreSdl, types);
  const composed = performance.now();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await turn(); // the histogram begins with its first tick
  const swapping = performance.now();
  await gateway.serve(artifactOf(version, sdl, types));
  await gateway.ask(added);
  const served = performance.now();
  await turn();
  delay.disable();
  return { composeMs: composed - began, swapMs: served - swapping, blockedMs: delay.max / 1e6, sdlBytes: Buffer.byteLength(sdl) };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
