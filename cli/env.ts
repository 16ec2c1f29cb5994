import { resolve } from 'node:path';
import { z } from 'zod';
import { loadEnv, port, processEnv } from '#kernel/config';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const schema = z.object({
  ...processEnv,
  /** The root of the repository. */
  RAHAT_ROOT: z.string().min(1).default('.'),
  IMAGES_DIR: z.string().min(1).default('dist/images'),
  /** A PostgreSQL that runs already, as a role that may create databases and roles. Empty: an embedded one. */
  DATABASE_URL: z.union([z.literal(''), z.url()]).default(''),
  GATEWAY_PORT: port.default(4000),
  CORE_PORT: port.default(4001),
  WORKER_PORT: port.default(4002),
  CHAIN_PORT: port.default(4003),
  POSTGRES_PORT: port.default(5499),
  ANVIL_PORT: port.default(8545),
  /** A development chain to use where npm brought none for this machine. */
  ANVIL_BIN: z.string().default(''),
  /** The manifest of trusted documents, which the gateway reads. */
  TRUSTED_DOCUMENTS_FILE: z.string().default(''),
  /** Who asks the gateway (`rahat import`): an access token or an API key; or the password of `--login`. */
  RAHAT_TOKEN: z.string().default(''),
  RAHAT_PASSWORD: z.string().default(''),
  RAHAT_CHAIN: flag.default(true),
  RAHAT_SEED: flag.default(true),
  RAHAT_DEMO: flag.default(true),
});

export type CliEnv = z.output<typeof schema>;

/** Reads and checks the environment of the command line. @throws ConfigurationError naming every bad variable. */
export function readEnv(source: NodeJS.ProcessEnv): CliEnv {
  const env = loadEnv(schema, source);
  return { ...env, STATE_DIR: resolve(env.STATE_DIR), RAHAT_ROOT: resolve(env.RAHAT_ROOT), IMAGES_DIR: resolve(env.RAHAT_ROOT, env.IMAGES_DIR) };
}
