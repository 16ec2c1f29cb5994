import { z } from 'zod';
import { loadEnv, port, processEnv, tlsEnv } from '#kernel/config';

const shared = {
  ...processEnv,
  ...tlsEnv,
  LISTEN_HOST: z.string().default('127.0.0.1'),
  /** PostgreSQL, as the service role of core's database. */
  DATABASE_URL: z.url(),
  /** Jobs go to Redis when given, otherwise to PostgreSQL. */
  REDIS_URL: z.url().optional(),
  /** Where other rooms reach core. */
  CORE_URL: z.url(),
  /** Folder of images for the process driver: `<name>/<version>/main.js`. */
  IMAGES_DIR: z.string().min(1),
};

/** The environment of core's API process. */
export function apiEnv() {
  return loadEnv(
    z.object({
      ...shared,
      CORE_PORT: port.default(4001),
      PRINCIPAL_PUBLIC_KEY_FILE: z.string().min(1),
      JWT_PRIVATE_KEY_FILE: z.string().min(1),
    }),
    process.env,
  );
}

/** The environment of core's worker process. */
export function workerEnv() {
  return loadEnv(
    z.object({
      ...shared,
      WORKER_PORT: port.default(4002),
      CHAIN_URL: z.url().optional(),
      PRINCIPAL_PUBLIC_KEY_FILE: z.string().min(1),
      /** PostgreSQL, as a role that may create databases and roles. */
      DATABASE_ADMIN_URL: z.url(),
      /** File with the secret from which the passwords of project databases are derived. */
      PROJECT_SECRET_FILE: z.string().min(1),
      /** Prefix of the names of project databases: several systems may share a server. */
      PROJECT_DATABASE_PREFIX: z.string().regex(/^[a-z][a-z0-9_]{0,20}$/).default('project'),
      /** How long published events are kept: as long may a reader of the feed be away and still miss nothing. */
      FEED_RETENTION_HOURS: z.coerce.number().positive().default(168),
      /** The certificate authority that issues the certificates of services. */
      TLS_ISSUER_CERT_FILE: z.string().min(1),
      TLS_ISSUER_KEY_FILE: z.string().min(1),
      /** How long a service may take until it is ready. */
      READY_TIMEOUT_MS: z.coerce.number().int().min(500).default(30_000),
      /** How long a service that is stopped may take to end what it is doing. */
      DRAIN_GRACE_MS: z.coerce.number().int().min(0).default(10_000),
    }),
    process.env,
  );
}

/** What child processes inherit of our environment: nothing secret. */
export function inheritedEnv(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TZ', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
