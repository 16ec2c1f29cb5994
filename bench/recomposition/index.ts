import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createComposer } from '../../subgraphs/core/supergraph/composition';
import { sentenceOf, watchOthers } from '../machine-load';
import { ms, table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';
import { median, percentile } from '../statistics';
import { measureJoining, type Joining } from './measure';
import { createServingGateway } from './serving-gateway';

const LIVE_TYPES = [1, 10, 50];

/** How long a supergraph takes to take up one more project type, by how many it has. */
export async function measureRecomposition(root: string, rounds: number): Promise<Report> {
  const composer = createComposer(join(root, 'dist/subgraphs/core/compose.worker.js'));
  const gateway = createServingGateway();
  const coreSdl = readFileSync(join(root, 'subgraphs/core/schema.graphql'), 'utf8');
  const load = watchOthers();
  const rows: Array<readonly (string | number)[]> = [];
  try {
    for (const live of LIVE_TYPES) {
      say(`recomposition: ${live} live types`);
      rows.push(rowOf(live, await measureJoining({ composer, gateway, coreSdl }, live, rounds)));
    }
  } finally {
    await gateway.stop();
    await composer.close();
  }
  return { title: 'Recomposition', blocks: [`${explanation(rounds)} ${sentenceOf(load.othersCores())}`, table(HEAD, rows)] };
}

const HEAD = ['Live types', 'compose median ms', 'compose max', 'swap median ms', 'swap max', 'gateway thread busy median ms', 'together median ms', 'supergraph KiB'];

function rowOf(live: number, joinings: readonly Joining[]): readonly (string | number)[] {
  const of = (pick: (joining: Joining) => number): number[] => joinings.map(pick);
  return [
    live,
    ms(median(of(({ composeMs }) => composeMs))),
    ms(percentile(of(({ composeMs }) => composeMs), 1)),
    ms(median(of(({ swapMs }) => swapMs))),
    ms(percentile(of(({ swapMs }) => swapMs), 1)),
    ms(median(of(({ blockedMs }) => blockedMs))),
    ms(median(of(({ composeMs, swapMs }) => composeMs + swapMs))),
    Math.round(median(of(({ sdlBytes }) => sdlBytes)) / 1024),
  ];
}

function explanation(rounds: number): string {
  return `One new project type joins a supergraph of core and 1, 10 or 50 others; each is synthetic, distinct, and has 25 types (scalars aside) in the
shape of a real one. *compose*: the thread in which core composes, from the schemas to the supergraph. *swap*: the gateway's own code, from
the supergraph to the first right answer of a field of the new type; what was served before is served until then, and requests under way
end on it. *gateway thread busy*: the longest time in a swap in which the gateway's thread does nothing else, which requests of that
moment wait. ${rounds} rounds each, after one that does not count. A project of a type that is live already needs none of this.`;
}
