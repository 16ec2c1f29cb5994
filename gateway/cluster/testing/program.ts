import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';

/** One line that a program logged. */
export interface LogLine {
  msg: string;
  worker?: number;
  workerPid?: number;
  port?: number;
  url?: string;
  [more: string]: unknown;
}

/** A program that runs, with all that it logged. */
export interface Program {
  process: ChildProcess;
  lines: LogLine[];
  /** Of the processes that serve, the newest of each worker, by its number. */
  pids(): Map<number, number>;
  /** Settles when it has ended and nobody writes into its log any more, so neither do processes that it started: the exit code or the signal. */
  ended: Promise<number | NodeJS.Signals | null>;
  /** SIGKILL, and waits for its end. */
  destroy(): Promise<void>;
}

/** Runs a bundle whose log is JSON lines on standard output. */
export function runProgram(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as LogLine));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  return {
    process: child,
    lines,
    pids: () => new Map(lines.flatMap(({ msg, worker, workerPid }) => (msg === 'a worker starts' && worker !== undefined && workerPid !== undefined ? [[worker, workerPid] as const] : []))),
    ended,
    destroy: async () => {
      child.kill('SIGKILL'); // its workers end with it
      await ended;
    },
  };
}

/** Bundles a program for the file (or describe block) that calls it. */
export function useBundle(entry: string): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-cluster-'));
  const outfile = join(folder, 'main.js');
  beforeAll(() => void buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'silent' }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => outfile;
}
