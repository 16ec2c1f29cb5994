import { parseArgs } from 'node:util';

/** What one run measures, and how much of it. */
export interface GatewayBenchOptions {
  /** How often each gateway has its turn at each question. */
  rounds: number;
  /** How long a turn lasts. */
  turnMs: number;
  /** Sizes of the supergraph; all questions are asked of the first one only. */
  sizes: readonly number[];
  /** Whether only the questions with a target are asked, by equal variables. */
  brief: boolean;
  /** Live project types under which a swap is measured. */
  liveTypes: readonly number[];
  /** Swaps after which memory must not have grown; 0: that is left out. */
  swaps: number;
  /** Whether a gateway of this name takes part. */
  takesPart(name: string): boolean;
  /** Whether docs/benchmarks-gateway.md is rewritten from this run. */
  write: boolean;
}

/** Reads the command line. @throws Error that says what is wrong with it. */
export function readOptions(args: string[]): GatewayBenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      swaps: { type: 'string', default: '0' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  if (values.write && (quick || values.only !== undefined)) throw new Error('--write rewrites the whole page, so it needs a whole run: leave --quick and --only out.');
  return {
    rounds: number('rounds', values.rounds ?? (quick ? '1' : '3'), 1),
    turnMs: number('seconds', values.seconds ?? (quick ? '1' : '2'), 0.1) * 1000,
    sizes: quick ? [4] : [4, 10, 100],
    brief: quick,
    liveTypes: quick ? [20] : [20, 100],
    swaps: number('swaps', values.swaps, 0),
    takesPart: (name) => values.only === undefined || values.only.split(',').some((part) => name.includes(part)),
    write: values.write,
  };
}

function number(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) throw new Error(`--${name} must be a number from ${least}.`);
  return value;
}
