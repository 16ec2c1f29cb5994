import type { Logger } from '#kernel/telemetry';

export interface UpkeepOptions {
  everyMs: number;
  logger: Logger;
  /** What could not be done when `work` throws, as in “could not prune the feed”. */
  failure: string;
}

/**
 * Work of a process that is due again and again: at once, then in each interval, never twice at a time: what takes longer is not made up for. What fails is logged, and tried again the next time.
 * @param work is told when the process ends, so that long work may stop between two steps.
 */
export function createUpkeep(work: (closing: AbortSignal) => Promise<unknown>, { everyMs, logger, failure }: UpkeepOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    if (closing.signal.aborted) return;
    await work(closing.signal).catch((error: unknown) => logger.warn({ err: error }, `${failure}, will try again`));
  };
  let idle = false;
  let running = Promise.resolve();
  const turn = (): void => {
    idle = false;
    running = run().finally(() => {
      idle = true;
    });
  };
  turn();
  const timer = setInterval(() => idle && turn(), everyMs);
  return {
    close: async () => {
      closing.abort();
      clearInterval(timer);
      await running;
    },
  };
}
