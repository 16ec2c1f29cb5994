import { registerEnumType } from 'type-graphql';
import { SEVERITIES } from '#kernel/logs';

/** How grave a line of the log is. */
export enum LogLevel {
  TRACE = 'TRACE',
  DEBUG = 'DEBUG',
  INFO = 'INFO',
  WARN = 'WARN',
  ERROR = 'ERROR',
  FATAL = 'FATAL',
}
registerEnumType(LogLevel, { name: 'LogLevel', description: 'How grave a line of the log is, from TRACE to FATAL (the process could not go on).' });

const FROM_GRAVEST = (Object.keys(LogLevel) as LogLevel[]).reverse();

/** The level of a severity number of OpenTelemetry, of which each level has four. */
export function levelOf(severity: number): LogLevel {
  return FROM_GRAVEST.find((level) => severity >= SEVERITIES[level]) ?? LogLevel.TRACE;
}
