import type { Logger } from '#kernel/telemetry';

/** Something to close at shutdown. Closed in the reverse order of opening. */
export interface Closers {
  add(name: string, close: () => Promise<unknown> | void): void;
}

const SHUTDOWN_DEADLINE_MS = 15_000;

/**
 * Runs a process: starts it, and on SIGTERM or SIGINT closes in reverse order everything it opened and exits 0.
 * An uncaught error, a failed start or a shutdown that hangs exits 1, so that a supervisor sees it.
 */
export function runProcess(logger: Logger, start: (closers: Closers) => Promise<void>): void {
  const opened: Array<{ name: string; close: () => Promise<unknown> | void }> = [];
  let stopping = false;
  const stop = async (exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref();
    for (const { name, close } of opened.reverse()) {
      await Promise.resolve()
        .then(close)
        .catch((error: unknown) => logger.error({ err: error, part: name }, 'could not close'));
    }
    process.exit(exitCode);
  };
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'the process cannot go on');
    void stop(1);
  };
  process.once('SIGTERM', () => void stop(0));
  process.once('SIGINT', () => void stop(0));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  start({ add: (name, close) => opened.push({ name, close }) }).catch(fail);
}
