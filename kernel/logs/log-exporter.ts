import type { LogSink } from '#kernel/telemetry';
import { lineToRecord } from './line-to-record';
import { toKeyValues, type ExportLogs } from './otlp';

/** Hands records over. Rejects when they did not arrive; {@link RefusedLogs} when sending the same again is of no use. */
export type SendLogs = (request: ExportLogs) => Promise<void>;

/** The receiver will never take these records. */
export class RefusedLogs extends Error {}

/** Sends lines on, in batches. */
export interface LogExporter extends LogSink {
  /** Lines that were lost since the process began. */
  lost(): number;
  /** Sends what waits, for some seconds at most. */
  close(): Promise<void>;
}

export interface LogExporterOptions {
  /** Attributes of the resource: https://opentelemetry.io/docs/specs/semconv/resource/ */
  resource: Readonly<Record<string, string | undefined>>;
  send: SendLogs;
  /** Lines that may wait; the oldest go first. */
  capacity?: number;
}

const BATCH = 500;
const EVERY_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const CLOSING_MS = 2000;
/** A line beyond this is not worth its place. */
const LONGEST_LINE = 65_536;

/**
 * A bounded queue before a receiver of logs. Never blocks, never throws, and never logs: while the receiver is away the oldest lines are lost
 * and counted, and the number is told in a line of its own once it is back. What was sent but not acknowledged is sent again.
 */
export function createLogExporter({ resource, send, capacity = 5000 }: LogExporterOptions): LogExporter {
  let waiting: string[] = [];
  let lost = 0;
  let untold = 0;
  let failures = 0;
  let pausedUntil = 0;
  let running: Promise<void> | null = null;

  const lose = (count: number): void => {
    lost += count;
    untold += count;
  };
  const sendBatch = async (): Promise<void> => {
    const batch = waiting.splice(0, BATCH);
    const telling = untold;
    try {
      await send(requestOf(resource, telling > 0 ? [...batch, lostLine(telling)] : batch));
      untold -= telling;
      failures = 0;
    } catch (error) {
      if (error instanceof RefusedLogs) return lose(batch.length);
      const kept = [...batch, ...waiting].slice(-capacity);
      lose(batch.length + waiting.length - kept.length);
      waiting = kept;
      failures += 1;
      pausedUntil = Date.now() + Math.min(EVERY_MS * 2 ** failures, LONGEST_PAUSE_MS);
    }
  };
  const drain = async (): Promise<void> => {
    do await sendBatch();
    while (waiting.length > 0 && failures === 0);
  };
  const flush = (): Promise<void> => {
    running ??= drain().finally(() => {
      running = null;
    });
    return running;
  };
  // A timer of its own, begun outside of every request: what is sent belongs to none.
  const timer = setInterval(() => {
    if (waiting.length > 0 && Date.now() >= pausedUntil) void flush();
  }, EVERY_MS).unref();

  return {
    offer: (line) => {
      if (line.length > LONGEST_LINE) return lose(1);
      if (waiting.length >= capacity) {
        waiting.shift();
        lose(1);
      }
      waiting.push(line);
    },
    lost: () => lost,
    close: async () => {
      clearInterval(timer);
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSING_MS).unref());
      const rest = (async () => {
        await running;
        if (waiting.length > 0) await flush();
      })();
      await Promise.race([rest, late]);
    },
  };
}

function requestOf(resource: LogExporterOptions['resource'], lines: readonly string[]): ExportLogs {
  const logRecords = lines.flatMap((line) => lineToRecord(line) ?? []);
  return { resourceLogs: [{ resource: { attributes: toKeyValues(resource) }, scopeLogs: [{ logRecords }] }] };
}

function lostLine(count: number): string {
  return JSON.stringify({ level: 40, time: new Date().toISOString(), msg: 'lines of the log were lost, because their receiver was away', lost: count });
}
