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

/** Variables that every process reads. */
export const processEnv = {
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  STATE_DIR: z.string().min(1).default('.rahat'),
};
