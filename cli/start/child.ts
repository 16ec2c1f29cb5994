import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How to run one process of the system. */
export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  account?: { uid: number; gid: number } | null;
  /** How to ask it to stop. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** Whether it can do its work now. */
  ready: () => Promise<boolean>;
}

/** A process that the supervisor started. */
export interface Child {
  name: string;
  pid: number;
  logFile: string;
  spec: ChildSpec;
  /** Settles when it has ended. */
  exited: Promise<string>;
  hasExited(): boolean;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const STOP_DEADLINE_MS = 15_000;
const READY_DEADLINE_MS = 60_000;

/**
 * Starts a process that writes its output straight into its log file. It is detached: Ctrl-C in a terminal reaches the supervisor
 * only, which then stops its processes in order.
 */
export function startChild(spec: ChildSpec, logs: string): Child {
  const logFile = join(logs, `${spec.name}.log`);
  const log = openSync(logFile, 'a');
  const started = spawn(spec.command, spec.args, { env: spec.env, stdio: ['ignore', log, log], detached: true, ...spec.account });
  closeSync(log);
  const exited = endOf(started);
  return {
    name: spec.name,
    pid: started.pid ?? -1,
    logFile,
    spec,
    exited,
    hasExited: () => started.exitCode !== null || started.signalCode !== null,
    kill: (signal) => void started.kill(signal),
    stop: async () => {
      started.kill(spec.stopSignal ?? 'SIGTERM');
      const timer = setTimeout(() => started.kill('SIGKILL'), STOP_DEADLINE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function endOf(started: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    started.on('error', (error) => resolve(error.message));
    started.on('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`));
  });
}

/**
 * Waits until a process can do its work.
 * @throws Error with the end of its log when it exits before, or takes longer than a minute.
 */
export async function becomesReady(child: Child): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (Date.now() < deadline) {
    if (child.hasExited() || child.pid < 0) throw new Error(`${child.name} ${await child.exited}.\n${logTail(child)}`);
    if (await child.spec.ready().catch(() => false)) return;
    await sleep(25);
  }
  throw new Error(`${child.name} was not ready after ${READY_DEADLINE_MS / 1000} seconds.\n${logTail(child)}`);
}

/** The last lines of a process's log, with the name of the file. */
export function logTail(child: Child, lines = 20): string {
  const tail = readFileSync(child.logFile, 'utf8').trimEnd().split('\n').slice(-lines);
  return [`The end of ${child.logFile}:`, ...tail.map((line) => `  | ${line}`)].join('\n');
}
