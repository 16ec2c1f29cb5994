import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rememberedDirectory } from '../postgres/data-directory';
import { runningProcesses, type RunningProcess } from './process-list';
import type { StateDir } from './state-dir';

/** Argument that every process of a local system carries, so that it can be told whose it is. */
export const OWNER_FLAG = '--state-dir';

const PROGRAMS = ['node', 'postgres', 'anvil'];
const GRACE_MS = 5_000;

type Mark = readonly [flag: string, value: string];

/**
 * Processes that belong to a state directory, told by their command line and never by a remembered process id, which may be
 * someone else's by now: ours carry `--state-dir <path>`, PostgreSQL its data directory, anvil its state file, and a project
 * service the `--instance <id>` of a folder below `instances/`.
 */
export function belonging(state: StateDir): RunningProcess[] {
  return carrying([...ownMarks(state), ...serviceMarks(state)]);
}

/** Ends whatever belongs to the state directory: asks first, forces after some seconds. @returns how many there were. */
export function endLeftovers(state: StateDir): Promise<number> {
  return end(() => belonging(state));
}

/** Ends the project services: they are detached so that they survive a restart of the worker, but not the end of the system. */
export function endProjectServices(state: StateDir): Promise<number> {
  return end(() => carrying(serviceMarks(state)));
}

/** Kills whatever belongs to the state directory, at once. */
export function killLeftovers(state: StateDir): void {
  belonging(state).forEach(({ pid }) => signal(pid, 'SIGKILL'));
}

async function end(find: () => RunningProcess[]): Promise<number> {
  const found = find();
  found.forEach(({ pid }) => signal(pid, 'SIGTERM'));
  const deadline = Date.now() + GRACE_MS;
  while (find().length > 0 && Date.now() < deadline) await sleep(50);
  find().forEach(({ pid }) => signal(pid, 'SIGKILL'));
  while (find().length > 0 && Date.now() < deadline + GRACE_MS) await sleep(20);
  return found.length;
}

function carrying(marks: readonly Mark[]): RunningProcess[] {
  return runningProcesses().filter(({ pid, args }) => pid !== process.pid && isOurProgram(args) && marks.some((mark) => carries(args, mark)));
}

function ownMarks(state: StateDir): Mark[] {
  const data = rememberedDirectory(state.path);
  const marks: Mark[] = [
    [OWNER_FLAG, state.path],
    ['--state', anvilStateFile(state)],
  ];
  return data ? [...marks, ['-D', data]] : marks;
}

function serviceMarks(state: StateDir): Mark[] {
  const instances = existsSync(state.instances) ? readdirSync(state.instances) : [];
  return instances.map((id) => ['--instance', id]);
}

/** Where anvil keeps the chain between starts. */
export function anvilStateFile(state: StateDir): string {
  return `${state.anvil}/state.json`;
}

function carries(args: string[], [flag, value]: Mark): boolean {
  return args.some((arg, index) => (arg === flag && args[index + 1] === value) || arg === `${flag}=${value}`);
}

function isOurProgram(args: string[]): boolean {
  return PROGRAMS.includes(basename(args[0] ?? '').replace(/\.exe$/, ''));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}
