import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pinned } from './pinning';

/** A process of the bench that serves HTTP and listens to us. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Sends a message and waits for the next one that comes back. */
  ask<T>(message: object): Promise<T>;
  /** Resident memory in MiB. */
  rssMiB(): number;
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 3000;

/** Starts a script on a core. It gets its settings as JSON in its first argument and says `{ kind: 'listening', url }` when it serves. */
export async function startServer(script: string, settings: object, core: number | null, nodeArgs: readonly string[] = []): Promise<ServerProcess> {
  const [command, args] = pinned(core, process.execPath, [...nodeArgs, script, JSON.stringify(settings)]);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: environment() });
  try {
    const { url } = await nextMessage<{ url: string }>(child, START_DEADLINE_MS);
    return {
      url,
      pid: child.pid ?? 0,
      ask: async <T>(message: object) => {
        const reply = nextMessage<T>(child, START_DEADLINE_MS);
        child.send(message);
        return reply;
      },
      rssMiB: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw new Error(`${script} did not start.`, { cause: error });
  }
}

// What everybody runs with in production; nothing reports to anybody, and warnings of a peer are not ours to print.
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true', NODE_NO_WARNINGS: '1' };
}

function nextMessage<T>(child: ChildProcess, deadlineMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      then();
    };
    const onMessage = (message: unknown): void => settle(() => resolve(message as T));
    const onExit = (code: number | null): void => settle(() => reject(new Error(`The process ended with ${code}.`)));
    const onError = (error: Error): void => settle(() => reject(error));
    const timer = setTimeout(() => settle(() => reject(new Error('No word from the process.'))), deadlineMs);
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(force);
}
