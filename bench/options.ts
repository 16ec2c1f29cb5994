import { parseArgs } from 'node:util';

/** The parts of a run, in the order in which they run. */
export const PARTS = ['recomposition', 'permissions', 'security', 'import-reading', 'imports', 'people-search', 'duplicates', 'bulk-actions', 'events', 'audit', 'logs', 'three-way', 'going-live'] as const;
export type Part = (typeof PARTS)[number];

/** What one run measures, and how much of it. */
export interface BenchOptions {
  parts: readonly Part[];
  /** Projects that going-live creates and leaves running. */
  projects: number;
  /** How often recomposition measures each size. */
  rounds: number;
  /** How long three-way asks at each concurrency. */
  seconds: number;
  /** How many rows the files have that imports imports. */
  rows: readonly number[];
  /** Among how many people-search looks. */
  people: number;
  /** Among how many people duplicates are looked for. */
  crowd: number;
  /** To how many people bulk-actions does something. */
  bulk: number;
  /** How many leaves the trees have from which audit asks proofs. */
  leaves: readonly number[];
  /** Among how many lines logs looks. */
  logLines: number;
  /** Whether docs/benchmarks.md is rewritten from this run. */
  write: boolean;
}

/** Reads the command line. @throws Error that says what is wrong with it. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      projects: { type: 'string', default: '50' },
      people: { type: 'string', default: '500000' },
      crowd: { type: 'string', default: '131072' },
      bulk: { type: 'string', default: '32768' },
      'log-lines': { type: 'string', default: '10000000' },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '10' },
      rows: { type: 'string', default: '131072,500000' },
      leaves: { type: 'string', default: '10000,1000000,10000000' },
      write: { type: 'boolean', default: false },
    },
  });
  // The document is always that of one whole run: figures of two runs side by side would invite comparison.
  if (values.write && values.only) throw new Error('--write rewrites the whole of docs/benchmarks.md, so it needs all parts: leave --only out.');
  return {
    parts: values.only === undefined ? PARTS : [partOf(values.only)],
    projects: count('projects', values.projects),
    people: count('people', values.people),
    crowd: count('crowd', values.crowd),
    bulk: count('bulk', values.bulk),
    logLines: count('log-lines', values['log-lines']),
    rounds: count('rounds', values.rounds),
    seconds: count('seconds', values.seconds),
    rows: values.rows.split(',').map((text) => count('rows', text)),
    leaves: values.leaves.split(',').map((text) => count('leaves', text)),
    write: values.write,
  };
}

function partOf(name: string): Part {
  const part = PARTS.find((known) => known === name);
  if (!part) throw new Error(`--only names one part: ${PARTS.join(', ')}.`);
  return part;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1.`);
  return value;
}
