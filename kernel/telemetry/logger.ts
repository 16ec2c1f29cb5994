import pino from 'pino';
import { redact } from './redact';
import { currentRequest } from './request-context';
import { scrub } from './scrub';

/** Structured JSON logs on standard output, and wherever else the process sends them. */
export type Logger = pino.Logger;

/** Takes lines as they were written, one JSON object each, redacted. Must not wait and must not throw. */
export interface LogSink {
  offer(line: string): void;
}

export interface LoggerOptions {
  name: string;
  level: string;
  bindings?: Record<string, unknown>;
  /** Where lines go besides standard output. */
  sinks?: readonly LogSink[];
}

/** One logger for each process; every line carries the ids of the request, job or event that it was written for, and nothing of people. */
export function createLogger({ name, level, bindings, sinks = [] }: LoggerOptions): Logger {
  const logger = pino(
    {
      name,
      level,
      base: { pid: process.pid, ...bindings },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: redactAll, bindings: redactAll },
      serializers: { err: (error: unknown) => error }, // redacted already, and by our own rules
      hooks: { logMethod: scrubMessage },
      mixin: idsOfWork,
    },
    output(sinks),
  );
  return withRedactedChildren(logger);
}

// pino gives what a child is bound to to no formatter. Children inherit this.
function withRedactedChildren(logger: Logger): Logger {
  const child = logger.child as unknown as (this: Logger, bindings: object, options?: object) => Logger;
  return Object.assign(logger, {
    child(this: Logger, bindings: object, options?: object) {
      return child.call(this, redactAll(bindings), options);
    },
  });
}

function idsOfWork(): object {
  const request = currentRequest();
  if (!request) return {};
  const { requestId, jobId, eventId, traceparent } = request;
  const [, traceId, spanId] = traceparent.split('-');
  return { requestId, ...(jobId ? { jobId } : {}), ...(eventId ? { eventId } : {}), traceId, spanId };
}

function redactAll(object: object): Record<string, unknown> {
  return redact(object) as Record<string, unknown>;
}

/** Messages may quote, too: those of errors that are logged without words of ours. */
function scrubMessage(this: Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  const [first, message] = args as unknown as [unknown, unknown];
  const error = first instanceof Error ? first : first && typeof first === 'object' && 'err' in first && first.err instanceof Error ? first.err : null;
  const words = args.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg)) as Parameters<pino.LogFn>;
  if (error && message === undefined) method.call(this, first instanceof Error ? { err: first } : first, scrub(error.message));
  else method.apply(this, words);
}

function output(sinks: readonly LogSink[]): pino.DestinationStream {
  const standard = pino.destination({ dest: 1, sync: true });
  if (sinks.length === 0) return standard;
  return {
    write: (line) => {
      standard.write(line);
      for (const sink of sinks) sink.offer(line);
    },
  };
}
