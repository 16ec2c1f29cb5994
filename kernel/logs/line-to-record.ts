import { toAnyValue, toKeyValues } from './otlp';

/** Pino's levels as severity numbers of OpenTelemetry. */
export const SEVERITIES = { TRACE: 1, DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17, FATAL: 21 } as const;
export type LogLevel = keyof typeof SEVERITIES;

const LEVELS: Readonly<Record<number, LogLevel>> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };
const LONGEST_STACK = 16_384;

interface Line {
  level: number;
  time: string;
  msg?: string;
  err?: unknown;
  traceId?: string;
  spanId?: string;
}

/** A line of the log as an OTLP record; null for what is no line. */
export function lineToRecord(text: string): object | null {
  const line = parse(text);
  if (!line) return null;
  const { level, time, msg, err, traceId, spanId, name: _name, pid: _pid, ...attributes } = line as Line & Record<string, unknown>;
  const severityText = LEVELS[level] ?? 'INFO';
  return {
    timeUnixNano: `${Date.parse(time)}000000`,
    severityNumber: SEVERITIES[severityText],
    severityText,
    body: toAnyValue(msg ?? ''),
    attributes: toKeyValues({ ...attributes, ...exceptionAttributes(err) }),
    ...(traceId ? { traceId } : {}),
    ...(spanId ? { spanId } : {}),
  };
}

interface Told {
  type?: unknown;
  message?: unknown;
  stack?: unknown;
  code?: unknown;
  cause?: unknown;
  errors?: unknown;
  extensions?: { code?: unknown; incidentId?: unknown };
}

/** What was logged as `err`, by the names of OpenTelemetry. One that another process has masked was told of there, under the incident that it carries. */
function exceptionAttributes(err: unknown): Record<string, unknown> {
  if (err === undefined || err === null) return {};
  if (typeof err !== 'object') return { error: String(err) };
  const { type, message, code, extensions } = err as Told;
  if (extensions?.incidentId !== undefined) return { error: err };
  return {
    'exception.type': String(type ?? (extensions ? 'GraphQLError' : 'Error')),
    'exception.message': String(message ?? ''),
    'exception.stacktrace': stackOf(err as Told).slice(0, LONGEST_STACK),
    'exception.code': code ?? extensions?.code,
  };
}

/** The stack with those of its causes. */
function stackOf({ stack, cause, errors }: Told): string {
  const causes = [cause, ...(Array.isArray(errors) ? errors : [])].filter((one): one is Told => typeof one === 'object' && one !== null);
  return [typeof stack === 'string' ? stack : '', ...causes.map((one) => `Caused by: ${stackOf(one)}`)].join('\n').trim();
}

function parse(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && 'level' in line && 'time' in line ? (line as Line) : null;
  } catch {
    return null;
  }
}
