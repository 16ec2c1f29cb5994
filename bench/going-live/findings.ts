import { sentenceOf } from '../machine-load';
import { ms, table } from '../markdown';
import type { Report } from '../report';
import { TYPE } from '../rfv-project';
import { chanceOfGrowth, median, percentile, spread } from '../statistics';
import type { Footprint } from './footprint';
import type { WentLive } from './go-live';

/** What is to be held. */
const TARGET = { medianMs: 3000, connections: 4 };
/** Growth is beyond noise when chance alone would show as much less often than this. */
const NOISE = 0.05;
const PER_LINE = 10;
const EDGE = 10;

export interface GoingLive {
  samples: readonly WentLive[];
  footprint: Footprint;
  /** Cores that others on the machine kept busy while projects went live. */
  othersCores: number | null;
  /** How many of the projects answered right once all of them ran. */
  stillRight: number;
  /** Whether the chain was part of the system, and so each project got a contract. */
  chain: boolean;
}

export function reportOf(found: GoingLive): Report {
  const { samples, footprint, othersCores, stillRight, chain } = found;
  return {
    title: 'Going live',
    blocks: [
      `From the moment in which \`createProject\` is sent to the first right answer of the project's own, newly started service through the
gateway (asked every 20 ms; right is the voucher value that was asked for, another one for each project). ${samples.length} projects of the
type \`${TYPE}\`, one after the other, all left running${chain ? ', with the chain in the system: each also gets its contract meanwhile' : '; no chain in this system'}. The first one also brings the type into the
supergraph. At the end ${stillRight} of ${samples.length} answered right, asked all at once.
${sentenceOf(othersCores)}`,
      table(['Time to the first right answer', 'ms'], summaryOf(samples)),
      verdictOf(found),
      `All samples in ms, in order:\n\n\`\`\`\n${linesOf(samples)}\n\`\`\``,
      'Where the time goes, by the journal of each deployment, in ms. The gateway may answer right before SWAP and ACTIVATE have ended.',
      table(['Phase', 'median', 'p95', `first ${edgeOf(samples)} median`, `last ${edgeOf(samples)} median`], phaseRows(samples)),
      `What each of the ${footprint.rssMiB.length} running services holds then. Pages that all processes of Node share count fully in RSS, and divided in PSS.`,
      table(['Each service', 'min', 'median', 'max'], footprintRows(footprint)),
      table(['Other processes', 'RSS MiB'], Object.entries(footprint.others).map(([name, size]) => [name, Math.round(size)])),
    ],
  };
}

function summaryOf(samples: readonly WentLive[]): Array<readonly [string, string]> {
  const totals = samples.map(({ totalMs }) => totalMs);
  const { min, max } = spread(totals);
  const edge = edgeOf(samples);
  return [
    ['median', ms(median(totals))],
    ['p95', ms(percentile(totals, 0.95))],
    ['min', ms(min)],
    ['max', ms(max)],
    [`median of the first ${edge}`, ms(median(totals.slice(0, edge)))],
    [`median of the last ${edge}`, ms(median(totals.slice(-edge)))],
  ];
}

function verdictOf({ samples, footprint }: GoingLive): string {
  const totals = samples.map(({ totalMs }) => totalMs);
  const edge = edgeOf(samples);
  const [middle, connections] = [median(totals), percentile(footprint.connections, 1)];
  const growth = median(totals.slice(-edge)) - median(totals.slice(0, edge));
  const chance = chanceOfGrowth(totals, edge);
  const busy = [samples.slice(0, edge), samples.slice(-edge)].map((some) => median(some.flatMap(({ othersCores }) => othersCores ?? [])).toFixed(2));
  return [
    `Target median below ${TARGET.medianMs} ms: ${middle < TARGET.medianMs ? 'held' : 'MISSED'} (${ms(middle)} ms).`,
    `Target at most ${TARGET.connections} connections each: ${connections <= TARGET.connections ? 'held' : 'MISSED'} (at most ${connections}).`,
    `Target no growth beyond noise: ${chance >= NOISE ? 'held' : 'MISSED'} (the last ${edge} took ${Math.abs(Math.round(growth))} ms ${growth < 0 ? 'less' : 'more'} than the first ${edge}; of random orders of the same samples ${Math.round(chance * 100)} % show that much or more; below ${NOISE * 100} % it counts as growth; others kept ${busy[0]} cores busy during the first ${edge}, ${busy[1]} during the last).`,
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

function edgeOf(samples: readonly WentLive[]): number {
  return Math.min(EDGE, Math.ceil(samples.length / 2));
}

function linesOf(samples: readonly WentLive[]): string {
  const cells = samples.map(({ totalMs }) => String(Math.round(totalMs)).padStart(6));
  return Array.from({ length: Math.ceil(cells.length / PER_LINE) }, (_, line) => cells.slice(line * PER_LINE, (line + 1) * PER_LINE).join('')).join('\n');
}

function phaseRows(samples: readonly WentLive[]): Array<readonly (string | number)[]> {
  const names = [...new Set(samples.flatMap(({ phases }) => [...phases.keys()]))];
  const edge = edgeOf(samples);
  return names.map((name) => {
    const of = (some: readonly WentLive[]): number[] => some.flatMap(({ phases }) => phases.get(name) ?? []);
    return [name, ms(median(of(samples))), ms(percentile(of(samples), 0.95)), ms(median(of(samples.slice(0, edge)))), ms(median(of(samples.slice(-edge))))];
  });
}

function footprintRows({ rssMiB, pssMiB, connections }: Footprint): Array<readonly (string | number)[]> {
  const row = (name: string, samples: readonly number[]): readonly (string | number)[] => {
    const { min, median: middle, max } = spread(samples);
    return [name, Math.round(min), Math.round(middle), Math.round(max)];
  };
  return [row('RSS MiB', rssMiB), ...(pssMiB.length > 0 ? [row('PSS MiB', pssMiB)] : []), row('PostgreSQL connections', connections)];
}
