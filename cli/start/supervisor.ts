import { becomesReady, logTail, startChild, type Child, type ChildSpec } from './child';
import { OWNER_FLAG } from './leftovers';
import type { StateDir } from './state-dir';

/** Runs the processes of one system and notices when one ends that should not. */
export interface Supervisor {
  start(spec: ChildSpec): Promise<Child>;
  /** Process ids by name, of those that run. */
  pids(): Record<string, number>;
  kill(name: string): Promise<void>;
  restart(name: string): Promise<void>;
  /** Stops in the given order those that still run. */
  stop(names: readonly string[]): Promise<void>;
  killAll(): void;
}

/**
 * @param onDeath called once with a report when a process ends without having been asked to. None is started again by itself:
 * in development a crash is to be seen, and in production the platform restarts.
 */
export function createSupervisor(state: StateDir, onDeath: (report: string) => void): Supervisor {
  const children = new Map<string, Child>();
  const expected = new WeakSet<Child>();
  let ending = false;
  const find = (name: string): Child => {
    const child = children.get(name);
    if (!child) throw new Error(`There is no process ${name}; there are ${[...children.keys()].join(', ')}.`);
    return child;
  };
  const start = async (spec: ChildSpec): Promise<Child> => {
    if (ending) throw new Error('The start was interrupted.');
    const child = startChild(spec, state.logs);
    children.set(spec.name, child);
    await becomesReady(child);
    // From here on its end is news; before, the failed start has told it.
    void child.exited.then((how) => {
      if (!expected.has(child)) onDeath(`${child.name} ${how}.\n${logTail(child)}`);
    });
    return child;
  };
  const stopOne = async (child: Child): Promise<void> => {
    expected.add(child);
    if (!child.hasExited()) await child.stop();
  };
  return {
    start,
    pids: () => Object.fromEntries([...children.values()].filter((child) => !child.hasExited()).map((child) => [child.name, child.pid])),
    kill: async (name) => {
      const child = find(name);
      expected.add(child);
      child.kill('SIGKILL');
      await child.exited;
    },
    restart: async (name) => {
      const child = find(name);
      await stopOne(child);
      await start(child.spec);
    },
    stop: async (names) => {
      ending = true;
      for (const name of names) {
        const child = children.get(name);
        if (child) await stopOne(child);
      }
    },
    killAll: () => {
      ending = true;
      for (const child of children.values()) {
        expected.add(child);
        child.kill('SIGKILL');
      }
    },
  };
}

/** A Node process of ours: one bundle, marked with the state directory that it belongs to. */
export function nodeProcess(spec: Omit<ChildSpec, 'command' | 'args'> & { script: string; state: StateDir; args?: string[]; nodeArgs?: string[] }): ChildSpec {
  const { script, state, args = [], nodeArgs = [], ...rest } = spec;
  return { ...rest, command: process.execPath, args: ['--enable-source-maps', ...nodeArgs, script, ...args, OWNER_FLAG, state.path] };
}
