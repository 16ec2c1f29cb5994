import { sentenceOf } from '../machine-load';
import { ms, table } from '../markdown';
import { percentile } from '../statistics';
import { belowSaturationTable, questionTable, sizeTable } from './findings';
import { goalsTable, type Findings } from './goals';
import type { GatewayBenchOptions } from './options';
import { sentenceOfCores, type Cores } from './pinning';

/** What the figures depend on. */
export interface Circumstances {
  /** The machine, as a table. */
  facts: string;
  options: GatewayBenchOptions;
  cores: Cores;
  peers: Readonly<Record<string, string>>;
  othersCores: number | null;
}

/** The page that a run writes: every figure in it is of that one run. */
export function reportOf(findings: Findings, circumstances: Circumstances): string {
  const sections = [goalsSection(findings), ...questionSections(findings), sizeSection(findings), belowSaturationSection(findings), memorySection(findings), swapSection(findings), longRunSection(findings)];
  return [introduction(circumstances), ...sections.filter((section) => section !== null)].join('\n\n');
}

function introduction({ facts, options, cores, peers, othersCores }: Circumstances): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`).join(', ');
  return `# Benchmarks of the gateway

\`npm run bench:gateway -- --write\` wrote this page; no figure in it was typed by hand. \`npm run bench:gateway -- --quick\` prints a small part for your
machine in about a minute, \`--swaps 1000\` adds the long run of swaps. Compare gateways of one run, not machines.

${facts}

All gateways serve the same supergraph and ask the same subgraphs, one process of them with far less work than any gateway; nothing here speaks TLS.
${sentenceOfCores(cores)} They run all at once and have turns of ${options.turnMs / 1000} s, one after the other, ${options.rounds === 1 ? 'once' : `${options.rounds} times`}, each turn after a
quarter of its time that does not count; figures are medians of their turns. Before a question is measured all answers are compared, keys in one order:
one that differs makes its gateway invalid. While it is measured each answer must have status 200 and the right length. *CPU*: user and system time of the gateway's
process with all its threads. *fetches*: requests that reached subgraphs, for one of the gateway. *equal* variables ask the same over and over; with
*distinct* ones no two requests have a fetch in common. *shared reads*: identical reads under way at one moment go out once (Hive has that on by default, stock has it not).
*Hive, Rust*: planned and executed by @graphql-hive/router-runtime. @graphql-hive/gateway-runtime 2.12.1 is what @graphql-hive/gateway 2.15.1 runs. Peers as their documentation starts them: ${versions}, all with NODE_ENV=production and
nothing reported to anybody. ${sentenceOf(othersCores)}`;
}

function goalsSection(findings: Findings): string {
  return `## Goals\n\nReads are not shared, on any side.\n\n${goalsTable(findings)}`;
}

function questionSections({ cells }: Findings): string[] {
  const smallest = cells.filter(({ size }) => size === cells[0]?.size);
  return smallest
    .filter(({ variables }) => variables === 'equal')
    .map((equal) => `## ${capitalised(equal.question.name)}\n\n${questionTable(equal, smallest.find(({ question, variables }) => question === equal.question && variables === 'distinct'))}`);
}

function sizeSection({ cells }: Findings): string | null {
  const equal = cells.filter(({ variables }) => variables === 'equal');
  const sizes = new Set(equal.map(({ size }) => size));
  if (sizes.size < 2) return null;
  const asked = new Set(equal.filter(({ size }) => size !== equal[0]?.size).map(({ question }) => question));
  return `## Subgraphs that nobody asks\n\nThe four of the shop, and others beside them with 25 types each.\n\n${sizeTable(equal.filter(({ question }) => asked.has(question)))}`;
}

function belowSaturationSection({ belowSaturation }: Findings): string {
  return `## At 80 % of saturation\n\nRequests leave at a fixed rate, 80 % of what the gateway could do above, however long answers take; each is timed from when it should have left.\n\n${belowSaturationTable(belowSaturation)}`;
}

function memorySection({ memory }: Findings): string {
  const rows = [...memory].map(([{ name }, mib]) => [name, Math.round(mib)]);
  return `## Memory\n\nResident, after all of these questions.\n\n${table(['Gateway', 'RSS MiB'], rows)}`;
}

function swapSection({ swaps }: Findings): string | null {
  if (swaps.length === 0) return null;
  const rows = swaps.map(({ contestant, liveTypes, swapMs, stalls, p99Before, p99During, requestsDuring, wrong }) => [
    `${contestant.name}, ${liveTypes}${wrong > 0 ? ` (${wrong} WRONG)` : ''}`,
    ms(percentile(swapMs, 0.5)),
    ms(percentile(stalls, 1)),
    ms(p99Before),
    ms(p99During),
    (p99During / p99Before).toFixed(1),
    requestsDuring,
  ]);
  const head = ['Gateway, live project types', 'swap median ms', 'longest stall ms', 'p99 before ms', 'p99 during ms', 'ratio', 'requests during'];
  return `## Swap

One more project type joins or leaves while clients ask the 16-fetch question, distinct variables, at 40 % of what the gateway can do. *swap*: from the supergraph to the
moment in which new requests get it; whatever is built for it has only the gateway's one core. *stall*: the longest time in which the serving thread took up nothing else. *during*: requests
that were due while a swap was under way.

${table(head, rows)}`;
}

function longRunSection({ memoryOverSwaps }: Findings): string | null {
  if (!memoryOverSwaps) return null;
  const { liveTypes, swaps, samples } = memoryOverSwaps;
  return `## Memory over ${swaps} swaps\n\nOurs, ${liveTypes} live types, each swap followed by a request. Resident MiB at the beginning and after each twentieth:\n\n\`\`\`\n${samples.map((mib) => String(Math.round(mib)).padStart(5)).join(' ')}\n\`\`\``;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
