import pino from 'pino';
import { currentRequest } from './request-context';

/** Structured JSON logs on standard output. */
export type Logger = pino.Logger;

// Personal data and secrets, wherever they stand in what is logged. Names are those of our own inputs and headers.
const SENSITIVE = ['password', 'currentPassword', 'newPassword', 'token', 'authorization', 'cookie', 'fullName', 'phone', 'email', 'address', 'privateKey', 'secret', 'DATABASE_URL'];

/** One logger for each process; every line carries the request id of the work that wrote it. */
export function createLogger(options: { name: string; level: string; bindings?: Record<string, unknown> }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    base: { pid: process.pid, ...options.bindings },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SENSITIVE.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    mixin: () => {
      const request = currentRequest();
      return request ? { requestId: request.requestId } : {};
    },
  });
}
