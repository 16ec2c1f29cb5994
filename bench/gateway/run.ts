import { join } from 'node:path';
import type { Composer } from '../../subgraphs/core/supergraph/composition';
import { say } from '../progress';
import { CONTESTANTS, type Contestant } from './contestants';
import type { Findings } from './goals';
import { measureBelowSaturation, measureCell, type Cell, type Running } from './matrix';
import type { GatewayBenchOptions } from './options';
import type { Cores } from './pinning';
import { QUESTIONS, list, oneFetch, sixteenFetches, type Question } from './questions';
import { startServer, type ServerProcess } from './server-process';
import { SHOP } from './subgraphs/schemas';
import { composeSupergraph, type SupergraphFiles } from './supergraph';
import { measureSwaps, memoryOverSwaps } from './swap';

/** What a run works with. */
export interface Bench {
  root: string;
  /** For supergraphs. */
  folder: string;
  composer: Composer;
  subgraphs: ServerProcess;
  cores: Cores;
  options: GatewayBenchOptions;
}

/** How busy a gateway is kept while it swaps: as a gateway should be that must also bear the loss of a neighbour. */
const LOAD_IN_SWAP = 0.4;
const SWAPS = 5;
const TYPES_IN_LONG_RUN = 20;
const BRIEF: readonly Question[] = [sixteenFetches, oneFetch, list(1000)];

export async function measureAll(bench: Bench): Promise<Findings> {
  const { options } = bench;
  const findings = { cells: [] as Cell[], belowSaturation: [] as Cell[], memory: new Map<Contestant, number>() };
  for (const size of options.sizes) {
    const first = size === options.sizes[0];
    const contestants = CONTESTANTS.filter(({ name, shareReads }) => options.takesPart(name) && (first || !shareReads));
    await withGateways(bench, contestants, await supergraphOf(bench, size - SHOP.length), async (running) => {
      if (!first) {
        for (const question of [sixteenFetches, oneFetch]) findings.cells.push(await cellOf(bench, running, question, 'equal', size));
        return;
      }
      for (const question of options.brief ? BRIEF : QUESTIONS) {
        for (const variables of options.brief ? (['equal'] as const) : (['equal', 'distinct'] as const)) findings.cells.push(await cellOf(bench, running, question, variables, size));
      }
      for (const { contestant, process: gateway } of running) findings.memory.set(contestant, gateway.rssMiB());
      const alone = running.filter(({ contestant }) => !contestant.shareReads);
      for (const question of [sixteenFetches, oneFetch]) {
        const saturated = findings.cells.find((cell) => cell.question === question && cell.variables === 'equal');
        if (saturated) findings.belowSaturation.push(await measureBelowSaturation(alone, bench.subgraphs, saturated, options));
      }
    });
  }
  return { ...findings, ...(await measureSwapping(bench, findings.cells)) };
}

function cellOf({ subgraphs, options }: Bench, running: readonly Running[], question: Question, variables: Cell['variables'], size: number): Promise<Cell> {
  return measureCell(running, subgraphs, { question, variables, size }, options);
}

async function measureSwapping(bench: Bench, cells: readonly Cell[]): Promise<Pick<Findings, 'swaps' | 'memoryOverSwaps'>> {
  const { liveTypes, swaps, takesPart } = bench.options;
  const able = CONTESTANTS.filter(({ name, swaps: can, shareReads }) => can && !shareReads && takesPart(name));
  const found: Pick<Findings, 'swaps' | 'memoryOverSwaps'> = { swaps: [], memoryOverSwaps: null };
  for (const types of liveTypes) {
    const supergraphs = [await supergraphOf(bench, types), await supergraphOf(bench, types + 1)];
    for (const contestant of able) {
      const perSecond = (cells[0]?.figures.get(contestant)?.perSecond ?? 1) * LOAD_IN_SWAP;
      await withGateways(bench, [contestant], supergraphs[0], async ([running]) => {
        if (!running) return;
        found.swaps.push(await measureSwaps(contestant, running.process, supergraphs, { liveTypes: types, perSecond, rounds: SWAPS }));
      });
    }
  }
  const ours = able.find(({ kind }) => kind === 'ours');
  if (swaps > 0 && ours) {
    const supergraphs = [await supergraphOf(bench, TYPES_IN_LONG_RUN), await supergraphOf(bench, TYPES_IN_LONG_RUN + 1)];
    await withGateways(bench, [ours], supergraphs[0], async ([running]) => {
      if (running) found.memoryOverSwaps = { liveTypes: TYPES_IN_LONG_RUN, swaps, samples: await memoryOverSwaps(running.process, supergraphs, swaps) };
    });
  }
  return found;
}

async function withGateways(bench: Bench, contestants: readonly Contestant[], supergraph: SupergraphFiles | undefined, use: (running: Running[]) => Promise<void>): Promise<void> {
  const running: Running[] = [];
  try {
    for (const contestant of contestants) {
      say(`starting ${contestant.name}`);
      running.push({ contestant, process: await startServer(join(bench.root, contestant.script), { ...contestant.settings, ...supergraph }, bench.cores.gateway, contestant.nodeArgs) });
    }
    await use(running);
  } finally {
    await Promise.all(running.map(({ process: gateway }) => gateway.stop()));
  }
}

async function supergraphOf({ composer, subgraphs, folder }: Bench, types: number): Promise<SupergraphFiles> {
  say(`composing ${types} project types with the shop`);
  return composeSupergraph(composer, types, subgraphs.url, folder);
}
