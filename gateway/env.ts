import { z } from 'zod';
import { loadEnv, port, processEnv, tlsEnv } from '#kernel/config';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const milliseconds = z.coerce.number().int().positive();

const schema = z.object({
  ...processEnv,
  ...tlsEnv,
  GATEWAY_PORT: port.default(4000),
  LISTEN_HOST: z.string().min(1).default('127.0.0.1'),
  /** Names this gateway in core's list of leases. Empty: a new name at each start. */
  GATEWAY_ID: z.string().default(''),
  /** How many processes serve on the one port. 1: this process serves itself; more: it starts and restarts them. */
  GATEWAY_WORKERS: z.coerce.number().int().positive().default(1),
  /** Set by the process that starts the workers: which one this is, from 1. */
  GATEWAY_WORKER: z.coerce.number().int().positive().optional(),
  CORE_URL: z.url().default('https://127.0.0.1:4001'),
  /** PEM, Ed25519: signs principals for subgraphs. */
  PRINCIPAL_PRIVATE_KEY_FILE: z.string().min(1),
  /** Where data files lie at their path in the repository (REST documents, example operations). */
  RAHAT_ROOT: z.string().min(1).default('.'),
  QUERY_TIMEOUT_MS: milliseconds.default(5000),
  MUTATION_TIMEOUT_MS: milliseconds.default(20_000),
  /** How long permissions that core cannot confirm still serve reads. */
  PERMISSIONS_MAX_STALE_SECONDS: z.coerce.number().int().nonnegative().default(300),
  /** Whether clients may read the schema; GraphiQL needs it. */
  GRAPHQL_INTROSPECTION: flag.default(true),
  /** Origins whose pages may call the gateway from a browser, separated by commas. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()).filter(Boolean))
    .pipe(z.array(z.url({ message: 'must be origins such as https://app.example.org, separated by commas' }))),
  /** Which front serves GraphQL: `thin` (ours), or `apollo` (Apollo Server, for its plugins). Both speak to one engine. */
  GATEWAY_FRONT: z.enum(['thin', 'apollo']).default('thin'),
  /** Whether equal reads of one caller that are under way at the same time share one request to a subgraph. */
  GATEWAY_SHARE_READS: flag.default(true),
  /** Largest operation, in tokens of the GraphQL language. */
  GRAPHQL_MAX_TOKENS: z.coerce.number().int().positive().default(5000),
  /** How long a gateway that was told to stop still serves while readiness says no: what a load balancer needs to look. */
  DRAIN_MS: z.coerce.number().int().nonnegative().default(0),
  /** Largest request body, in bytes. */
  BODY_LIMIT_BYTES: z.coerce.number().int().positive().default(1024 * 1024),
});

export type GatewayEnv = z.output<typeof schema>;

/** Reads and checks the environment of the gateway. @throws ConfigurationError naming every bad variable. */
export function readEnv(source: NodeJS.ProcessEnv): GatewayEnv {
  return loadEnv(schema, source);
}
