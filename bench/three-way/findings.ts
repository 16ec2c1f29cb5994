import { sentenceOf } from '../machine-load';
import { ms, table } from '../markdown';
import type { Report } from '../report';
import type { Comparison } from './compare';

export interface ThreeWay {
  comparisons: readonly Comparison[];
  seconds: number;
  withChain: boolean;
  othersCores: number | null;
}

export function reportOf({ comparisons, seconds, withChain, othersCores }: ThreeWay): Report {
  const wrong = comparisons.flatMap(({ gateway, direct }) => [...gateway.wrong, ...direct.wrong]);
  const answers = comparisons.reduce((sum, { gateway, direct }) => sum + gateway.answers + direct.answers, 0);
  return {
    title: 'Three ways joined',
    blocks: [
      `One operation about one project that joins core and the project's own service${withChain ? ', without and with what the chain says (`onChain`)' : '; no chain in this system'}. *gateway*: through the public
door, as an administrator with an access token. *direct*: the same data asked of the subgraphs themselves over mutual TLS, with the
gateway's certificate and principals signed by its key, cached as the gateway caches them: core first, then the others at the same time,
as the gateway does. Both ways are asked by the same closed loop in one process, over as many kept-alive connections as askers, in turns of
${ms((seconds * 1000) / 4)} ms, ${seconds} s each way. Each answer is compared as a whole with what both ways told before: ${answers} answers, ${wrong.length} wrong or failed${wrong[0] === undefined ? '' : ` (the first: \`${wrong[0]}\`)`}.
${sentenceOf(othersCores)}`,
      table(HEAD, comparisons.map(rowOf)),
      `Processor time for one answer in ms, by process. What *direct* saves of the gateway's work, its client does itself. PostgreSQL is not in it.`,
      table(['Way, asked by', ...processesOf(comparisons)], comparisons.flatMap((comparison) => cpuRows(comparison, processesOf(comparisons)))),
    ],
  };
}

const HEAD = ['Joined, askers', 'gateway p50 ms', 'p99', 'per second', 'direct p50 ms', 'p99', 'per second', 'p50 ratio', 'p99 ratio', 'throughput ratio', 'cores busy with others'];

function rowOf({ question, concurrency, gateway, direct, othersCores }: Comparison): readonly (string | number)[] {
  return [
    `${question}, ${concurrency}`,
    ms(gateway.p50),
    ms(gateway.p99),
    Math.round(gateway.perSecond),
    ms(direct.p50),
    ms(direct.p99),
    Math.round(direct.perSecond),
    ratio(gateway.p50, direct.p50),
    ratio(gateway.p99, direct.p99),
    ratio(gateway.perSecond, direct.perSecond),
    othersCores === null ? '?' : othersCores.toFixed(2),
  ];
}

function ratio(gateway: number, direct: number): string {
  return (gateway / direct).toFixed(2);
}

function processesOf(comparisons: readonly Comparison[]): string[] {
  return [...new Set(comparisons.flatMap(({ gatewayCpu }) => Object.keys(gatewayCpu)))];
}

function cpuRows({ question, concurrency, gatewayCpu, directCpu }: Comparison, processes: readonly string[]): Array<readonly string[]> {
  const row = (way: string, cpu: Record<string, number>): readonly string[] => [`${way}: ${question}, ${concurrency}`, ...processes.map((name) => (cpu[name] ?? 0).toFixed(2))];
  return [row('gateway', gatewayCpu), row('direct', directCpu)];
}
