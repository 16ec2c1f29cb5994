import { z } from 'zod';
import { loadEnv, port, processEnv, tlsEnv } from '#kernel/config';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();
const list = z.string().default('').transform((text) => text.split(',').map((part) => part.trim()).filter(Boolean));

const variables = z.object({
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
  /** Whether clients may read the schema: all, none, or who holds the permission `schema:introspect`. Only where all may, errors suggest names. */
  GRAPHQL_INTROSPECTION: z.enum(['true', 'false', 'permitted']).default('permitted'),
  /** Whether there is a page to try operations in. It shows what its visitor may see. */
  GRAPHIQL: flag.default(false),
  /** Origins whose pages may call the gateway from a browser, separated by commas. */
  CORS_ORIGINS: list
    .pipe(z.array(z.url({ message: 'must be origins such as https://app.example.org, separated by commas' }))),
  /** Which front serves GraphQL: `thin` (ours), or `apollo` (Apollo Server, for its plugins). Both speak to one engine. */
  GATEWAY_FRONT: z.enum(['thin', 'apollo']).default('thin'),
  /** Whether equal reads of one caller that are under way at the same time share one request to a subgraph. */
  GATEWAY_SHARE_READS: flag.default(true),
  /** Largest operation, in tokens of the GraphQL language. */
  GRAPHQL_MAX_TOKENS: count.default(5000),
  /** The same in characters, counted before anything reads it. */
  GRAPHQL_MAX_CHARACTERS: count.default(100_000),
  /** Fields below one another. */
  GRAPHQL_MAX_DEPTH: count.default(15),
  /** Selections within one another, of fields and fragments. */
  GRAPHQL_MAX_NESTING: count.default(50),
  /** Fields, with those of fragments as often as they are spread. */
  GRAPHQL_MAX_FIELDS: count.default(1000),
  GRAPHQL_MAX_ROOT_FIELDS: count.default(20),
  GRAPHQL_MAX_ALIASES: count.default(50),
  GRAPHQL_MAX_DIRECTIVES: count.default(50),
  /** How often one selection may write the same field. */
  GRAPHQL_MAX_DUPLICATES: count.default(20),
  /** Dearest operation: about one for each object that it may answer (`@cost`, `@listSize`). */
  GRAPHQL_MAX_COST: count.default(20_000),
  /** Items of a list for which neither the schema nor the operation says how many. */
  GRAPHQL_ASSUMED_LIST_SIZE: count.default(20),
  /** Largest answer to a client, in characters of JSON. */
  MAX_RESPONSE_CHARACTERS: count.default(16 * 1024 * 1024),
  /** Whether clients may ask for so much only. */
  RATE_LIMIT: flag.default(true),
  /** Tokens for each signed-in caller: one for a request, and one more for each RATE_LIMIT_COST_PER_TOKEN of its operation's cost. */
  RATE_LIMIT_PER_MINUTE: count.default(1200),
  /** How many may be saved up. */
  RATE_LIMIT_BURST: count.default(400),
  /** The same for each address that asks without a token. */
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: count.default(300),
  RATE_LIMIT_ANONYMOUS_BURST: count.default(100),
  RATE_LIMIT_COST_PER_TOKEN: count.default(100),
  /** While Redis is away, requests are counted in each process alone (`open`), or refused (`closed`). */
  RATE_LIMIT_ON_FAILURE: z.enum(['open', 'closed']).default('open'),
  /** Where gateways count together. Empty: each process counts for itself. */
  REDIS_URL: z.union([z.literal(''), z.url({ protocol: /^rediss?$/ })]).default(''),
  /** Documents that were registered: not known (`off`), run by id beside others (`allow`), or all that is run (`enforce`). */
  TRUSTED_DOCUMENTS: z.enum(['off', 'allow', 'enforce']).default('off'),
  /** Their manifest, or a folder of manifests; read again when it changes. */
  TRUSTED_DOCUMENTS_FILE: z.string().default(''),
  /** Whether a client may send the hash of a document in its place, once the text was sent (APQ). */
  AUTOMATIC_PERSISTED_QUERIES: flag.default(false),
  /** Largest answer of a subgraph, in bytes. */
  SUBGRAPH_MAX_RESPONSE_BYTES: count.default(32 * 1024 * 1024),
  /** Requests that one server of a subgraph is asked at the same time, and how many more may wait for their turn. */
  SUBGRAPH_CONCURRENCY: count.default(256),
  SUBGRAPH_QUEUE: count.default(1000),
  /** The proxies before us, whose `X-Forwarded-For` is believed: how many, or their addresses and networks separated by commas. */
  TRUST_PROXY: list.transform((proxies) => (proxies.length === 1 && /^\d+$/.test(proxies[0] ?? '') ? Number(proxies[0]) : proxies)),
  /** How long a gateway that was told to stop still serves while readiness says no: what a load balancer needs to look. */
  DRAIN_MS: z.coerce.number().int().nonnegative().default(0),
  /** Largest request body, in bytes. */
  BODY_LIMIT_BYTES: z.coerce.number().int().positive().default(1024 * 1024),
});

const schema = variables.refine((env) => env.TRUSTED_DOCUMENTS === 'off' || env.TRUSTED_DOCUMENTS_FILE !== '', { path: ['TRUSTED_DOCUMENTS_FILE'], message: 'must be given where TRUSTED_DOCUMENTS is not off' });

export type GatewayEnv = z.output<typeof schema>;

/** Reads and checks the environment of the gateway. @throws ConfigurationError naming every bad variable. */
export function readEnv(source: NodeJS.ProcessEnv): GatewayEnv {
  return loadEnv(schema, source);
}
