import { table } from '../markdown';
import type { Contestant } from './contestants';
import type { Cell, Figures } from './matrix';

// What the cells say, as tables.

/** One question to one supergraph, with equal and with distinct variables side by side. */
export function questionTable(equal: Cell, distinct: Cell | undefined): string {
  const head = ['Gateway', 'CPU µs per request', 'of stock', 'per second', 'p50 ms', 'p99 ms', 'fetches', ...(distinct ? ['distinct: CPU µs', 'of stock', 'per second', 'fetches'] : [])];
  const rows = [...equal.figures].map(([contestant, figures]) => {
    const other = distinct?.figures.get(contestant);
    const first = [markOf(contestant, figures), micro(figures.cpuUs), times(stockCpu(equal), figures.cpuUs), whole(figures.perSecond), milli(figures.p50), milli(figures.p99), some(figures.fetches)];
    return distinct && other ? [...first, micro(other.cpuUs), times(stockCpu(distinct), other.cpuUs), whole(other.perSecond), some(other.fetches)] : first;
  });
  return table(head, rows);
}

/** How processor time grows with subgraphs that are not asked. */
export function sizeTable(cells: readonly Cell[]): string {
  const sizes = [...new Set(cells.map(({ size }) => size))];
  const contestants = [...new Set(cells.flatMap(({ figures }) => [...figures.keys()]))].filter((contestant) => cells.every(({ figures }) => figures.has(contestant)));
  const questions = [...new Map(cells.map(({ question }) => [question.name, question])).values()];
  const rows = questions.flatMap((question) =>
    contestants.map((contestant) => [
      `${question.name}: ${contestant.name}`,
      ...sizes.map((size) => micro(cells.find((cell) => cell.size === size && cell.question === question)?.figures.get(contestant)?.cpuUs ?? Number.NaN)),
    ]),
  );
  return table(['CPU µs per request, by subgraphs', ...sizes.map(String)], rows);
}

/** Latencies at a rate that a gateway can hold. */
export function belowSaturationTable(cells: readonly Cell[]): string {
  const rows = cells.flatMap(({ question, figures }) =>
    [...figures].map(([contestant, of]) => [`${question.name}: ${markOf(contestant, of)}`, whole(of.perSecond), milli(of.p50), milli(of.p99), (of.p99 / of.p50).toFixed(1)]),
  );
  return table(['Gateway', 'per second', 'p50 ms', 'p99 ms', 'p99 ÷ p50'], rows);
}

/** The first gateway is stock. */
export function stockCpu({ figures }: Cell): number {
  return [...figures].find(([{ kind }]) => kind === 'stock')?.[1].cpuUs ?? Number.NaN;
}

function markOf({ name }: Contestant, { differs, wrong }: Figures): string {
  return `${name}${differs ? ' (INVALID: answers otherwise)' : ''}${wrong > 0 ? ` (${wrong} WRONG)` : ''}`;
}

export const times = (base: number, value: number): string => (Number.isFinite(base) ? `${(base / value).toFixed(1)} ×` : '–');
const whole = (value: number): string => (value < 100 ? value.toFixed(1) : String(Math.round(value)));
const micro = (value: number): string => String(Math.round(value));
const milli = (value: number): string => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value)));
const some = (value: number): string => value.toFixed(value < 1 ? 2 : 1);
