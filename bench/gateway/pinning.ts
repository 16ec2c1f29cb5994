import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which core does what; null where it cannot be chosen. The first core is left to everybody else. */
export interface Cores {
  gateway: number | null;
  subgraphs: number | null;
  load: number | null;
}

const NEEDED = 4;

/** Cores of their own for who is measured, who is asked and who asks; with fewer than four cores, or without `taskset`, only the gateway gets one. */
export function chooseCores(): Cores {
  const cores = availableParallelism();
  if (spawnSync('taskset', ['--version']).status !== 0 || cores < 2) return { gateway: null, subgraphs: null, load: null };
  if (cores < NEEDED) return { gateway: cores - 1, subgraphs: null, load: null };
  return { gateway: cores - 1, subgraphs: cores - 2, load: cores - 3 };
}

/** How to run a command on this core. */
export function pinned(core: number | null, command: string, args: readonly string[]): [string, string[]] {
  return core === null ? [command, [...args]] : ['taskset', ['-c', String(core), command, ...args]];
}

/** Puts this process, with all its threads, on a core. */
export function pinSelf(core: number | null): void {
  if (core !== null) execFileSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)], { stdio: 'ignore' });
}

export function sentenceOfCores({ gateway, load }: Cores): string {
  if (gateway === null) return 'This machine could not pin processes to cores (`taskset`): gateways had all of them.';
  return `Each gateway is pinned, with all its threads, to the same one core${load === null ? '' : '; the subgraphs and the load generator have one each, too'}.`;
}
