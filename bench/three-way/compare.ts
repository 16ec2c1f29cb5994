import { isDeepStrictEqual } from 'node:util';
import { servicePids } from '../../tests/kit/services';
import type { TestSystem } from '../../tests/kit/system';
import { watchOthers } from '../machine-load';
import { say } from '../progress';
import { perAnswer, processorTimes } from './cpu';
import { accessOf, directly } from './directly';
import { figuresOf, runLoad, type Figures, type Load } from './load';
import type { Question } from './question';
import type { Subject } from './subject';
import { throughGateway, type Way } from './through-gateway';

/** One question at one concurrency, both ways. */
export interface Comparison {
  question: string;
  concurrency: number;
  gateway: Figures;
  direct: Figures;
  /** Processor time for one answer in ms, by process; `asker` is the load itself. */
  gatewayCpu: Record<string, number>;
  directCpu: Record<string, number>;
  /** Cores that others on the machine kept busy meanwhile. */
  othersCores: number | null;
}

// Both ways take turns, so that what else happens on the machine meets both.
const TURNS = 4;
const WARM_UP_MS = 1500;

export async function compare(system: TestSystem, question: Question, subject: Subject, concurrency: number, seconds: number): Promise<Comparison> {
  const access = await accessOf(system, subject);
  const gateway = await throughGateway(system, question, subject, concurrency);
  const direct = directly(access, question, subject, concurrency);
  try {
    const expected = await agreedAnswer(gateway, direct);
    await runLoad(gateway, expected, concurrency, WARM_UP_MS);
    await runLoad(direct, expected, concurrency, WARM_UP_MS);
    const watch = watchOthers();
    const [throughIt, pastIt] = [turnsOf(), turnsOf()];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const forMs = (seconds * 1000) / TURNS;
      await throughIt.add(system, () => runLoad(gateway, expected, concurrency, forMs));
      await pastIt.add(system, () => runLoad(direct, expected, concurrency, forMs));
    }
    say(`three-way: ${question.title} at ${concurrency} done`);
    return { question: question.title, concurrency, gateway: throughIt.figures(), gatewayCpu: throughIt.cpu(), direct: pastIt.figures(), directCpu: pastIt.cpu(), othersCores: watch.othersCores() };
  } finally {
    await Promise.all([gateway.close(), direct.close()]);
  }
}

/** Both ways must tell the same before any of them is timed. */
async function agreedAnswer(gateway: Way, direct: Way): Promise<Record<string, unknown>> {
  const [one, other] = await Promise.all([gateway.ask(), direct.ask()]);
  if (!isDeepStrictEqual(one, other)) throw new Error(`The gateway and the subgraphs tell different things: ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
  return one;
}

interface Turns {
  add(system: TestSystem, run: () => Promise<Load>): Promise<void>;
  figures(): Figures;
  cpu(): Record<string, number>;
}

function turnsOf(): Turns {
  const loads: Load[] = [];
  const used: Record<string, number>[] = [];
  return {
    add: async (system, run) => {
      const pids = await everyPid(system);
      const before = processorTimes(pids);
      const load = await run();
      loads.push(load);
      used.push(perAnswer(before, processorTimes(pids), load.latencies.length));
    },
    figures: () => figuresOf(loads),
    cpu: () => Object.fromEntries(Object.keys(used[0] ?? {}).map((name) => [name, used.reduce((sum, turn) => sum + (turn[name] ?? 0), 0) / used.length])),
  };
}

async function everyPid(system: TestSystem): Promise<Record<string, number>> {
  const { gateway, core, chain } = await system.pids();
  const [service] = servicePids(system).values();
  const all = { gateway, core, service, chain, asker: process.pid };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== undefined));
}
