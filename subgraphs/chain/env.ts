import { isAddress } from 'ethers';
import { z } from 'zod';
import { loadEnv, port, processEnv, tlsEnv } from '#kernel/config';

const whole = z.coerce.number().int().nonnegative();

/** An empty variable is one that is not set. */
const optional = <S extends z.ZodType>(schema: S) => z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const schema = z
  .object({
    ...processEnv,
    ...tlsEnv,
    CHAIN_PORT: port.default(4003),
    LISTEN_HOST: z.string().min(1).default('127.0.0.1'),
    /** Where other rooms reach this process. */
    CHAIN_URL: optional(z.url()),
    /** PostgreSQL, as the service role of the chain's database. */
    DATABASE_URL: z.url(),
    /** JSON-RPC of a node. */
    CHAIN_RPC_URL: z.url(),
    CHAIN_ID: whole.default(31337),
    CORE_URL: z.url().default('https://127.0.0.1:4001'),
    /** PEM, Ed25519: verifies the principals that the gateway signs. */
    PRINCIPAL_PUBLIC_KEY_FILE: z.string().min(1),
    /** Where data files lie at their path in the repository. */
    RAHAT_ROOT: z.string().min(1).default('.'),
    /** Encrypted keystore of the account that sends, and the file with its password; a development chain needs neither. */
    CHAIN_SIGNER_KEY_FILE: optional(z.string()),
    CHAIN_SIGNER_PASSWORD_FILE: optional(z.string()),
    /** The factory of projects, if it is not the one that the signer puts on chain itself. */
    CHAIN_FACTORY_ADDRESS: optional(z.string().refine(isAddress, { message: 'must be an address' })),
    /** The block in which the factory was created, or any before it. */
    CHAIN_START_BLOCK: whole.default(0),
    /** How many blocks must lie upon the one that holds a contract before core is told of it. */
    CHAIN_CONFIRMATIONS: whole.default(0),
    /** How often the node is asked for a new block. */
    CHAIN_POLL_MS: z.coerce.number().int().min(20).default(250),
    /** How many blocks the index may be behind before answers say that they are stale. */
    CHAIN_MAX_LAG: whole.default(20),
    /** What stale data does: `warn` says so beside it, `fail` withholds it. */
    CHAIN_ON_STALE: z.enum(['warn', 'fail']).default('warn'),
  })
  .refine((env) => (env.CHAIN_SIGNER_KEY_FILE === undefined) === (env.CHAIN_SIGNER_PASSWORD_FILE === undefined), {
    path: ['CHAIN_SIGNER_PASSWORD_FILE'],
    message: 'and CHAIN_SIGNER_KEY_FILE go together',
  })
  .transform((env) => ({ ...env, CHAIN_URL: env.CHAIN_URL ?? `https://127.0.0.1:${env.CHAIN_PORT}` }));

export type ChainEnv = z.output<typeof schema>;

/** @throws ConfigurationError that names every bad variable. */
export function readEnv(source: NodeJS.ProcessEnv): ChainEnv {
  return loadEnv(schema, source);
}
