import { z } from 'zod';
import { loadEnv, port, processEnv, tlsEnv } from '#kernel/config';

const shared = {
  ...processEnv,
  ...tlsEnv,
  /** Where the files of the repository lie that are read at run time: migrations. */
  RAHAT_ROOT: z.string().min(1).default('.'),
  LISTEN_HOST: z.string().default('127.0.0.1'),
  /** PostgreSQL, as the service role of core's database. */
  DATABASE_URL: z.url(),
  /** Jobs go to Redis when given, otherwise to PostgreSQL. */
  REDIS_URL: z.url().optional(),
  /** Where other rooms reach core. */
  CORE_URL: z.url(),
  /** Key-encryption keys of personal data (protected-data/keyfile-provider.ts): lose them, and nobody reads it again. Not read with PII_KMS_URL. */
  PII_KEY_FILE: z.string().min(1).optional(),
  /** Instead of a file: a server with OpenBao's or Vault's transit engine, where it is mounted, the name of a key, and the file with a token for it. */
  PII_KMS_URL: z.url({ protocol: /^https?$/ }).optional(),
  PII_KMS_MOUNT: z.string().regex(/^[\w-]+(\/[\w-]+)*$/).default('transit'),
  PII_KMS_KEY: z.string().regex(/^[\w.-]+$/).default('rahat-personal-data'),
  PII_KMS_TOKEN_FILE: z.string().min(1).optional(),
  PII_KMS_NAMESPACE: z.string().min(1).optional(),
  /** At least 32 random characters: the key of the indexes by which people are found; several with versions when it was exchanged (protected-data/blind-index.ts). */
  PII_INDEX_KEY_FILE: z.string().min(1),
  /** Folder of images for the process driver: `<name>/<version>/main.js`. */
  IMAGES_DIR: z.string().min(1),
};

const documents = {
  /** Where the content of documents lies; `documents` below STATE_DIR when left out. Every process that takes uploads needs the same one. */
  DOCUMENTS_DIR: z.string().min(1).optional(),
  /** A server that speaks S3, to keep content in instead, and the file with the two lines of its credentials. */
  DOCUMENTS_S3_ENDPOINT: z.url().optional(),
  DOCUMENTS_S3_BUCKET: z.string().default('rahat'),
  DOCUMENTS_S3_REGION: z.string().default('us-east-1'),
  DOCUMENTS_S3_CREDENTIALS_FILE: z.string().min(1).optional(),
  /** ClamAV's daemon, for example `clamd://127.0.0.1:3310`; without it nobody looks for viruses, and documents say so. */
  CLAMD_URL: z.url().optional(),
};

type Keys = Partial<Record<'PII_KEY_FILE' | 'PII_KMS_URL' | 'PII_KMS_TOKEN_FILE', string | undefined>>;
const hasKeys = (env: Keys): boolean => Boolean(env.PII_KMS_URL ? env.PII_KMS_TOKEN_FILE : env.PII_KEY_FILE);
const NO_KEYS = { path: ['PII_KEY_FILE'], error: 'must be given, or PII_KMS_URL with PII_KMS_TOKEN_FILE' };

/** The environment of core's API process. */
export function apiEnv() {
  return loadEnv(
    z.object({
      ...shared,
      ...documents,
      /** Of one document, in bytes. */
      DOCUMENT_MAX_BYTES: z.coerce.number().int().positive().max(2_147_483_647).default(256 * 1024 * 1024),
      CORE_PORT: port.default(4001),
      PRINCIPAL_PUBLIC_KEY_FILE: z.string().min(1),
      /** PEM files, Ed25519, separated by commas: the first signs access tokens, all are published (see sessions/access-tokens.ts on rotation). */
      JWT_PRIVATE_KEY_FILE: z.string().min(1).transform((files) => files.split(',').map((file) => file.trim()).filter(Boolean)),
      /** At least 32 random characters, the same for all core processes: seals second factors, authenticates codes and refresh tokens. */
      IDENTITY_SECRET_FILE: z.string().min(1),
      /** Where people sign in: what a wallet signs for (EIP-4361). */
      SIGN_IN_ORIGIN: z.url().default('http://localhost:4000'),
      /** Chains that a wallet may name, separated by commas (EIP-155). */
      SIGN_IN_CHAIN_IDS: z.string().default('1').transform((ids) => ids.split(',').map(Number)).pipe(z.array(z.number().int().positive())),
      /** JSON: issuers that people may sign in with (auth/identities/oidc.ts). */
      OIDC_PROVIDERS_FILE: z.string().optional(),
      /** Where unexpected errors are sent besides `exceptions`: a Sentry project, or what speaks its envelopes. And what it is told that we are. */
      SENTRY_DSN: z.url({ protocol: /^https?$/ }).optional(),
      SENTRY_ENVIRONMENT: z.string().regex(/^[\w.-]{1,64}$/).default('production'),
      /** File with the SMTP URL for one-time codes by e-mail, for example `smtps://user:secret@mail.example.org`. */
      SMTP_URL_FILE: z.string().optional(),
      SMTP_FROM: z.string().default('Rahat <no-reply@localhost>'),
      /** Where one-time codes by SMS are posted, and the file with the bearer token for it. */
      SMS_URL: z.url().optional(),
      SMS_TOKEN_FILE: z.string().optional(),
      /** Whether codes that nobody else carries are written to `STATE_DIR/outbox/codes.jsonl`: for development. */
      CODE_OUTBOX: z.enum(['true', 'false']).default('false'),
    }).refine(hasKeys, NO_KEYS),
    process.env,
  );
}

/** The environment of core's worker process. */
export function workerEnv() {
  return loadEnv(
    z.object({
      ...shared,
      ...documents,
      WORKER_PORT: port.default(4002),
      CHAIN_URL: z.url().optional(),
      PRINCIPAL_PUBLIC_KEY_FILE: z.string().min(1),
      /** PostgreSQL, as a role that may create databases and roles. */
      DATABASE_ADMIN_URL: z.url(),
      /** File with the secret from which the passwords of project databases are derived. */
      PROJECT_SECRET_FILE: z.string().min(1),
      /** Prefix of the names of project databases: several systems may share a server. */
      PROJECT_DATABASE_PREFIX: z.string().regex(/^[a-z][a-z0-9_]{0,20}$/).default('project'),
      /** PostgreSQL, as the role that writes the tree over the audit log and nothing else (ADR 0021). */
      AUDIT_DATABASE_URL: z.url(),
      /** The name of the audit log in its checkpoints, for example `aid.example.org/audit`: one for each instance, for ever. */
      AUDIT_ORIGIN: z.string().regex(/^[^\s+]+$/, 'has no blanks and no plus signs').default('rahat.local/audit'),
      /** PEM files, Ed25519, separated by commas: all of them sign checkpoints (audit/checkpoints/signed-note.ts on rotation). */
      AUDIT_KEY_FILE: z.string().min(1).transform((files) => files.split(',').map((file) => file.trim()).filter(Boolean)),
      /** Where checkpoints are kept besides the database, best on another machine: a folder (`audit-witness` below STATE_DIR when left out) … */
      AUDIT_WITNESS_DIR: z.string().min(1).optional(),
      /** … or a bucket of a server that speaks S3, with the file of its two credentials. */
      AUDIT_WITNESS_S3_ENDPOINT: z.url().optional(),
      AUDIT_WITNESS_S3_BUCKET: z.string().default('rahat-audit'),
      AUDIT_WITNESS_S3_REGION: z.string().default('us-east-1'),
      AUDIT_WITNESS_S3_CREDENTIALS_FILE: z.string().min(1).optional(),
      /** How often a checkpoint goes on chain, in minutes; nothing does when nothing was added. */
      AUDIT_ANCHOR_MINUTES: z.coerce.number().positive().default(60),
      /** How long published events are kept: as long may a reader of the feed be away and still miss nothing. */
      FEED_RETENTION_HOURS: z.coerce.number().positive().default(168),
      /** How many days logs are kept. */
      LOG_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(14),
      /** The certificate authority that issues the certificates of services. */
      TLS_ISSUER_CERT_FILE: z.string().min(1),
      TLS_ISSUER_KEY_FILE: z.string().min(1),
      /** How long a service may take until it is ready. */
      READY_TIMEOUT_MS: z.coerce.number().int().min(500).default(30_000),
      /** How long a service that is stopped may take to end what it is doing. */
      DRAIN_GRACE_MS: z.coerce.number().int().min(0).default(10_000),
    }).refine(hasKeys, NO_KEYS),
    process.env,
  );
}

/** What child processes inherit of our environment: nothing secret. */
export function inheritedEnv(): Record<string, string> {
  const kept = ['NODE_ENV', 'PATH', 'HOME', 'LANG', 'TZ', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'LOG_STORE'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
