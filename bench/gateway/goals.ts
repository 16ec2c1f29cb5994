import { table } from '../markdown';
import { median } from '../statistics';
import type { Contestant } from './contestants';
import { stockCpu } from './findings';
import type { Cell, Figures } from './matrix';
import type { Swapping } from './swap';

/** Everything that a run found. */
export interface Findings {
  /** All questions of the smallest supergraph, then some of the larger ones. */
  cells: readonly Cell[];
  belowSaturation: readonly Cell[];
  /** MiB at the end of all questions to the smallest supergraph. */
  memory: ReadonlyMap<Contestant, number>;
  swaps: Swapping[];
  /** Ours, MiB; null when it was not asked for. */
  memoryOverSwaps: { liveTypes: number; swaps: number; samples: readonly number[] } | null;
}

/** One thing that was aimed at, and whether it was reached. */
interface Goal {
  name: string;
  /** Not a number when what it is about did not take part. */
  value: number;
  found: string;
  reached: boolean;
}

const TO_STOCK = 10;
const TO_FASTEST_HIVE = 3;
const ONE_FETCH_US = 100;
const LONG_LIST_TO_STOCK = 7;
const TAIL = 3;
const STALL_MS = 50;
const TAIL_IN_SWAP = 2;
const FLAT = 1.1;

/** The goals are about gateways that do not share reads. What was not measured is left out. */
export function goalsTable(findings: Findings): string {
  const goals = [...ratios(findings), ...tails(findings), ...memory(findings), ...swapping(findings), ...flatness(findings)].filter(({ value }) => !Number.isNaN(value));
  return goals.length === 0 ? 'Nothing was measured that has a goal.' : table(['Goal', 'found', 'reached'], goals.map(({ name, found, reached }) => [name, found, reached ? 'yes' : 'NO']));
}

function ratios({ cells }: Findings): Goal[] {
  const smallest = cells.filter(({ size, variables }) => size === cells[0]?.size && variables === 'equal');
  return smallest.flatMap((cell) => {
    const ours = figuresOf(cell, 'ours');
    if (!ours) return [];
    const toStock = stockCpu(cell) / ours.cpuUs;
    if (cell.question.name === '16 fetches') {
      const hive = Math.min(...(['hive', 'hive-rust'] as const).map((kind) => figuresOf(cell, kind)?.cpuUs ?? Number.NaN)) / ours.cpuUs;
      return [atLeast(`16 fetches: requests per CPU second, of stock's`, toStock, TO_STOCK), atLeast(`16 fetches: requests per CPU second, of Hive's fastest mode`, hive, TO_FASTEST_HIVE)];
    }
    if (cell.question.name === 'one fetch') return [atMost('one fetch: CPU µs per request', ours.cpuUs, ONE_FETCH_US, 'µs')];
    if (cell.question.name === 'list of 1,000') return [atLeast(`list of 1,000: requests per CPU second, of stock's`, toStock, LONG_LIST_TO_STOCK)];
    return [];
  });
}

function tails({ belowSaturation }: Findings): Goal[] {
  return belowSaturation.flatMap((cell) => {
    const ours = figuresOf(cell, 'ours');
    return ours ? [atMost(`${cell.question.name} at 80 % of saturation: p99 ÷ p50`, ours.p99 / ours.p50, TAIL, '')] : [];
  });
}

function memory({ memory }: Findings): Goal[] {
  const of = (kind: Contestant['kind']): number | undefined => [...memory].find(([contestant]) => contestant.kind === kind && !contestant.shareReads)?.[1];
  const [ours, stock] = [of('ours'), of('stock')];
  return ours === undefined || stock === undefined ? [] : [atMost('Resident memory, MiB', ours, stock, 'MiB')];
}

function swapping({ swaps }: Findings): Goal[] {
  return swaps
    .filter(({ contestant }) => contestant.kind === 'ours')
    .flatMap(({ liveTypes, stalls, p99During, p99Before }) => [
      atMost(`Swap at ${liveTypes} types: longest stall of the serving thread`, Math.max(...stalls), STALL_MS, 'ms'),
      atMost(`Swap at ${liveTypes} types: p99 during, of that before`, p99During / p99Before, TAIL_IN_SWAP, ''),
    ]);
}

/** Whether memory goes on growing: how much more it is at the end than after the first fifth, in which caches and heaps find their size. */
function flatness({ memoryOverSwaps }: Findings): Goal[] {
  if (!memoryOverSwaps) return [];
  const { swaps, samples } = memoryOverSwaps;
  const settled = samples.slice(Math.ceil(samples.length / 5), Math.ceil((samples.length * 2) / 5));
  const end = samples.slice(-settled.length);
  return [atMost(`Memory after ${swaps} swaps, of that after the first fifth of them`, median(end) / median(settled), FLAT, '')];
}

function figuresOf({ figures }: Cell, kind: Contestant['kind']): Figures | undefined {
  return [...figures].find(([contestant, of]) => contestant.kind === kind && !contestant.shareReads && !of.differs)?.[1];
}

function atLeast(name: string, found: number, least: number): Goal {
  return { name: `${name}: ≥ ${least} ×`, value: found, found: `${found.toFixed(1)} ×`, reached: found >= least };
}

function atMost(name: string, found: number, most: number, unit: string): Goal {
  const written = (value: number): string => `${value < 10 ? Number(value.toFixed(2)) : Math.round(value)} ${unit || '×'}`;
  return { name: `${name}: ≤ ${written(most)}`, value: found, found: written(found), reached: found <= most };
}
