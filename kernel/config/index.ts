import { z } from 'zod';

/** Thrown when the environment does not fit; `message` names every bad variable at once, so that one restart mends all. */
export class ConfigurationError extends Error {}

/**
 * Parses the process environment against a schema.
 * Called from a process's `env.ts` only: everything else receives the typed result.
 * @throws ConfigurationError naming each bad variable and why it is bad. Values are never printed: they may be secrets.
 */
export function loadEnv<S extends z.ZodType>(schema: S, source: NodeJS.ProcessEnv): z.output<S> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(environment)'}: ${issue.message}`);
  throw new ConfigurationError(`The environment is not usable:\n${problems.join('\n')}`);
}

/** A TCP port; 0 lets the system choose one. */
export const port = z.coerce.number().int().min(0).max(65535);

/** Variables that every process with mutual TLS reads: PEM files. */
export const tlsEnv = {
  TLS_CA_FILE: z.string().min(1),
  TLS_CERT_FILE: z.string().min(1),
  TLS_KEY_FILE: z.string().min(1),
};

/** `name=value` pairs separated by commas, values percent-encoded: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
const headerList = z.string().transform((text, context): Record<string, string> => {
  const pairs = text.split(',').map((pair) => pair.trim()).filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()] as const);
  try {
    if (pairs.every(([name, value]) => name !== '' && value !== '')) return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), decodeURIComponent(value)]));
  } catch {
    // not percent-encoded
  }
  context.addIssue({ code: 'custom', message: 'must be name=value pairs separated by commas' });
  return z.NEVER;
});

/** Variables about where the telemetry of a process goes. */
export const telemetryEnv = {
  /** A collector that speaks OTLP/HTTP (JSON), for example `http://127.0.0.1:4318`; signals are posted below it. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** What is sent to it with each request, for example `authorization=Bearer%20secret`. */
  OTEL_EXPORTER_OTLP_HEADERS: headerList.optional(),
  /** Whether core keeps the logs of this process, for `logs` and `exceptions`. */
  LOG_STORE: z.enum(['true', 'false']).default('true').transform((value) => value === 'true'),
  /** Which release of the code runs, for example a tag or a commit. */
  RAHAT_RELEASE: z.string().min(1).max(100).default('unreleased'),
};

/** Variables that every process reads. */
export const processEnv = {
  ...telemetryEnv,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  STATE_DIR: z.string().min(1).default('.rahat'),
};
