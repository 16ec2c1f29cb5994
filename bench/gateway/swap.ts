import { say } from '../progress';
import { percentile } from '../statistics';
import { askOnce } from './answers';
import type { Contestant } from './contestants';
import { lasting, openLoop, type Load } from './load';
import { sixteenFetches } from './questions';
import type { ServerProcess } from './server-process';
import type { SupergraphFiles } from './supergraph';
import { ammunitionFor } from './turn';

/** What swaps of one gateway took and cost; times in milliseconds. */
export interface Swapping {
  contestant: Contestant;
  liveTypes: number;
  /** From the supergraph to the moment in which new requests get it. */
  swapMs: readonly number[];
  /** The longest time, in each swap, in which the serving thread did nothing else. */
  stalls: readonly number[];
  /** p99 of requests that were due while nothing was swapped, and of those that were due while something was. */
  p99Before: number;
  p99During: number;
  requestsDuring: number;
  wrong: number;
}

interface Swapped {
  ms: number;
  stallMs: number;
}

const QUIET_MS = 1500;

/** Swaps to and fro between two supergraphs while clients ask at a fixed rate. */
export async function measureSwaps(contestant: Contestant, gateway: ServerProcess, supergraphs: readonly SupergraphFiles[], about: { liveTypes: number; perSecond: number; rounds: number }): Promise<Swapping> {
  say(`swaps of ${contestant.name} at ${about.liveTypes} types, ${about.perSecond.toFixed(0)} requests per second`);
  const { bytes } = await askOnce(gateway.url, sixteenFetches);
  const ammunition = ammunitionFor({ gateway, question: sixteenFetches, variables: 'distinct', answerBytes: bytes });
  await openLoop(ammunition, about.perSecond, lasting(QUIET_MS)); // warms up
  const [before, during, swapped]: [Load[], Load[], Swapped[]] = [[], [], []];
  for (let round = 0; round < about.rounds; round += 1) {
    before.push(await openLoop(ammunition, about.perSecond, lasting(QUIET_MS)));
    let swapping = true;
    const swap = gateway.ask<Swapped>({ kind: 'swap', ...supergraphs[(round + 1) % supergraphs.length] }).finally(() => {
      swapping = false;
    });
    during.push(await openLoop(ammunition, about.perSecond, () => swapping));
    swapped.push(await swap);
  }
  const p99 = (loads: readonly Load[]): number => percentile(loads.flatMap(({ latencies }) => latencies), 0.99);
  return {
    contestant,
    liveTypes: about.liveTypes,
    swapMs: swapped.map(({ ms }) => ms),
    stalls: swapped.map(({ stallMs }) => stallMs),
    p99Before: p99(before),
    p99During: p99(during),
    requestsDuring: during.reduce((sum, { latencies }) => sum + latencies.length, 0),
    wrong: [...before, ...during].reduce((sum, { wrong }) => sum + wrong, 0),
  };
}

const SAMPLES = 20;

/** Resident memory in MiB, at the beginning and after each twentieth of so many swaps; after each swap somebody asks. */
export async function memoryOverSwaps(gateway: ServerProcess, supergraphs: readonly SupergraphFiles[], swaps: number): Promise<number[]> {
  const samples = [gateway.rssMiB()];
  const between = Math.max(1, Math.floor(swaps / SAMPLES));
  for (let done = 1; done <= swaps; done += 1) {
    await gateway.ask({ kind: 'swap', ...supergraphs[done % supergraphs.length] });
    await askOnce(gateway.url, sixteenFetches);
    if (done % between !== 0) continue;
    samples.push(gateway.rssMiB());
    say(`${done} swaps: ${Math.round(gateway.rssMiB())} MiB`);
  }
  return samples;
}
