import { processorTimes } from '../three-way/cpu';
import { percentile } from '../statistics';
import { closedLoop, lasting, openLoop, type Ammunition, type Load } from './load';
import { tagOf, type Question } from './questions';
import type { ServerProcess } from './server-process';

/** Whether requests ask the same, over and over, or no two of them share a single fetch. */
export type Variables = 'equal' | 'distinct';

/** What one gateway did in one turn; times in milliseconds. */
export interface Turn {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Processor time of the gateway's process, all threads, user and system. */
  cpuUs: number;
  /** Per request. */
  fetches: number;
  /** Answers that failed or were not as long as the right one. */
  wrong: number;
}

const US_PER_MS = 1000;

export interface Target {
  gateway: ServerProcess;
  subgraphs: ServerProcess;
  question: Question;
  variables: Variables;
  /** Bytes of a right answer of this gateway to this question. */
  answerBytes: number;
}

/** As fast as the gateway can, over so many connections. */
export function saturate(target: Target, connections: number, forMs: number): Promise<Turn> {
  return observed(target, () => closedLoop(ammunitionFor(target), connections, lasting(forMs)));
}

/** At a fixed rate, whether it keeps up or not. */
export function load(target: Target, perSecond: number, forMs: number): Promise<Turn> {
  return observed(target, () => openLoop(ammunitionFor(target), perSecond, lasting(forMs)));
}

async function observed({ gateway, subgraphs }: Target, run: () => Promise<Load>): Promise<Turn> {
  const count = async (): Promise<number> => (await subgraphs.ask<{ fetches: number }>({ kind: 'count' })).fetches;
  const pids = { gateway: gateway.pid };
  const fetches = await count();
  const cpu = processorTimes(pids).gateway ?? Number.NaN;
  const { latencies, elapsedMs, wrong } = await run();
  const requests = latencies.length;
  return {
    requests,
    perSecond: (requests * 1000) / elapsedMs,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuUs: (((processorTimes(pids).gateway ?? Number.NaN) - cpu) * US_PER_MS) / requests,
    fetches: ((await count()) - fetches) / requests,
    wrong,
  };
}

export function ammunitionFor({ gateway, question, variables, answerBytes }: Omit<Target, 'subgraphs'>): Ammunition {
  const start = `{"query":${JSON.stringify(question.query)},"variables":`;
  const equal = `${start}${JSON.stringify(question.variables(tagOf(0)))}}`;
  return {
    url: gateway.url,
    body: variables === 'equal' ? () => equal : (number) => `${start}${JSON.stringify(question.variables(tagOf(number)))}}`,
    answerBytes,
  };
}
