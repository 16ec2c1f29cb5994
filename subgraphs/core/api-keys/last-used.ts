import type { Logger } from '#kernel/telemetry';

const EVERY_MS = 10_000;

/** Notes when keys are used. */
export interface LastUsed {
  note(id: string): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** Gathers uses and writes them together now and then: a busy key costs one row in ten seconds, not one for each request. */
export function createLastUsed(write: (uses: ReadonlyMap<string, Date>) => Promise<void>, logger: Logger): LastUsed {
  let uses = new Map<string, Date>();
  const flush = async (): Promise<void> => {
    if (uses.size === 0) return;
    const written = uses;
    uses = new Map();
    await write(written).catch((error: unknown) => logger.warn({ err: error }, 'the last use of API keys was not written'));
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();
  return {
    note: (id) => void uses.set(id, new Date()),
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}
