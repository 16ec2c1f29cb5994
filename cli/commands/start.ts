import { parseArgs } from 'node:util';
import { readEnv } from '../env';
import type { StartOptions } from '../start/options';
import { createProgress } from '../start/progress';
import { summary } from '../start/summary';
import { createSystem, type RunningSystem, type System } from '../start/system';
import type { Command } from './command';

/** A whole local system, until Ctrl-C. */
export const start: Command = {
  name: 'start',
  usage: 'start [--ephemeral --database-prefix <prefix>]',
  sentence: 'Start everything on this machine and keep it running until Ctrl-C.',
  run: (args) => superviseUntilStopped(startOptions(args)),
};

function startOptions(args: string[]): StartOptions {
  const { values } = parseArgs({ args, options: { ephemeral: { type: 'boolean', default: false }, 'database-prefix': { type: 'string', default: '' } } });
  const env = readEnv(process.env);
  return {
    root: env.RAHAT_ROOT,
    stateDir: env.STATE_DIR,
    ports: { gateway: env.GATEWAY_PORT, core: env.CORE_PORT, worker: env.WORKER_PORT, chain: env.CHAIN_PORT, postgres: env.POSTGRES_PORT, anvil: env.ANVIL_PORT },
    adminDatabaseUrl: env.DATABASE_URL || null,
    databasePrefix: values['database-prefix'],
    ephemeral: values.ephemeral,
    imagesDir: env.IMAGES_DIR,
    chain: env.RAHAT_CHAIN,
    anvilBin: env.ANVIL_BIN || null,
    seed: env.RAHAT_SEED,
    demo: env.RAHAT_DEMO,
    logLevel: env.LOG_LEVEL,
  };
}

/** What a parent process that started us with a channel is told. */
export type SupervisorMessage = { ready: RunningSystem } | { failed: string };

function superviseUntilStopped(options: StartOptions): Promise<number> {
  return new Promise((resolve) => {
    const end = createEnd(() => system, resolve);
    const system: System = createSystem({
      options,
      progress: createProgress((line) => console.log(line)),
      onDeath: (report) => end.because(1, report),
      onStopRequest: () => end.because(0),
    });
    process.on('SIGINT', () => end.bySignal());
    process.on('SIGTERM', () => end.bySignal());
    // The last net: whatever ends this process, nothing that it started stays.
    process.on('exit', () => system.kill());
    // A test that dies takes its system with it.
    if (process.send) process.on('disconnect', () => end.because(0));
    system.start().then(
      (running) => {
        console.log(summary(running));
        tellParent({ ready: running });
      },
      (error: unknown) => end.because(1, error instanceof Error ? error.message : String(error)),
    );
  });
}

function tellParent(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message);
}

interface End {
  because(exitCode: number, report?: string): void;
  bySignal(): void;
}

// npm passes Ctrl-C on to us although the terminal has told us already: two signals within a moment are one.
const SAME_KEYPRESS_MS = 500;

function createEnd(system: () => System, exit: (code: number) => void): End {
  let begun = 0;
  const because = (exitCode: number, report?: string): void => {
    if (begun) return;
    begun = Date.now();
    if (report) {
      console.error(`\n${report}`);
      tellParent({ failed: report });
    }
    system()
      .stop()
      .then(
        () => exit(exitCode),
        (error: unknown) => {
          console.error(error);
          exit(1);
        },
      );
  };
  return {
    because,
    bySignal: () => {
      if (!begun) console.log('\nStopping; press Ctrl-C again to force.');
      if (!begun) because(0);
      else if (Date.now() - begun > SAME_KEYPRESS_MS) exit(1);
    },
  };
}
