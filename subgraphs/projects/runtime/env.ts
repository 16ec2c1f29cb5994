import { z } from 'zod';
import { loadEnv, port, processEnv, telemetryEnv, tlsEnv } from '#kernel/config';
import { projectFactsSchema } from './project/project-facts';

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

/** The environment of the command `serve`. */
export function serveEnv() {
  return loadEnv(
    z.object({
      ...tlsEnv,
      ...telemetryEnv,
      LOG_LEVEL: processEnv.LOG_LEVEL,
      /** Names this instance: its certificate, its lock, its command line. */
      INSTANCE_ID: z.uuid(),
      /** Counts the instances of one project: a later one replaces an earlier one. */
      GENERATION: z.coerce.number().int().min(1),
      /** The facts of the project as JSON. */
      PROJECT: json.pipe(projectFactsSchema),
      /** PostgreSQL, as the service role of the project's database. */
      DATABASE_URL: z.url(),
      CORE_URL: z.url(),
      /** File that says where the service listens, once it does. */
      ENDPOINT_FILE: z.string().min(1),
      LISTEN_HOST: z.string().default('127.0.0.1'),
      PORT: port.default(0),
      PRINCIPAL_PUBLIC_KEY_FILE: z.string().min(1),
    }),
    process.env,
  );
}

export type ServeEnv = ReturnType<typeof serveEnv>;

/** The environment of the command `migrate`. */
export function migrateEnv() {
  return loadEnv(
    z.object({
      /** PostgreSQL, as the owner of the project's database. */
      DATABASE_URL: z.url(),
      /** The role that the service will run under. */
      SERVICE_ROLE: z.string().min(1),
    }),
    process.env,
  );
}
