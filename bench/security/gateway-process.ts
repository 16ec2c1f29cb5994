import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anonymous, createPrincipalSigner, ensureSigningKey } from '#kernel/auth';
import { createLogger, createMetrics } from '#kernel/telemetry';
import type { Jwks, SupergraphArtifact } from '../../gateway/contracts';
import type { DataSourceDeps } from '../../gateway/data-sources/data-source';
import { sourceOf } from '../../gateway/data-sources/kinds';
import { createEngine, createSwappingEngine, startCompilerThread } from '../../gateway/engine';
import { readEnv } from '../../gateway/env';
import { addGraphqlRoute, createCallerFinder, createCallerOf, createOpenScope, createPublicServer, createSessionCookies, createThinFront, presentError, type OpenScope } from '../../gateway/http';
import { createAccessKeys, createAccessTokenReader, createPermissionCache, createPrincipalTokens, createRevokedSessions } from '../../gateway/identity';
import { guardEngine, guardOptions, openClientLimits, operationLimits } from '../../gateway/limits';
import { createGatewayMetrics } from '../../gateway/metrics';
import { createLastGood } from '../../gateway/registry';

// A gateway as a process of the bench, with or without what guards it; see `../gateway/server-process.ts` for what it says.

/** What it is started with. */
export interface GuardedSettings {
  artifactFile: string;
  /** What core would answer, to whatever it is asked. */
  answer: string;
  jwks: Jwks;
  /** Whether it looks who asks, counts requests and minds limits. */
  guarded: boolean;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as GuardedSettings;
const FILES = { TLS_CA_FILE: '-', TLS_CERT_FILE: '-', TLS_KEY_FILE: '-', PRINCIPAL_PRIVATE_KEY_FILE: '-' };
// Counted like any other request, but never too many.
const env = readEnv({ ...FILES, RATE_LIMIT_PER_MINUTE: '1000000000', RATE_LIMIT_BURST: '1000000000', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1000000000', RATE_LIMIT_ANONYMOUS_BURST: '1000000000' });
const logger = createLogger({ name: 'bench', level: 'warn' });
const folder = mkdtempSync(join(tmpdir(), 'bench-security-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

async function main(): Promise<void> {
  const metrics = createMetrics();
  const meters = createGatewayMetrics(metrics);
  const engines = createSwappingEngine();
  const artifact = JSON.parse(readFileSync(settings.artifactFile, 'utf8')) as SupergraphArtifact;
  const limits = settings.guarded ? operationLimits(env) : { maxTokens: env.GRAPHQL_MAX_TOKENS, introspection: true };
  const engine = await createEngine(artifact, { source: (descriptor) => sourceOf(descriptor, depsOf(meters.fetched)), limits, startCompiler: startCompilerThread });
  await engines.swap(settings.guarded ? guardEngine(engine, guardOptions(env, meters.refused)) : engine);
  const server = createPublicServer({ logger, metrics, bodyLimit: env.BODY_LIMIT_BYTES, origins: [], readiness: async () => ({ ready: true }) });
  addGraphqlRoute(server, { front: createThinFront(engines), openScope: settings.guarded ? await guardedScope(meters.refused) : openScope, present: presentError((error) => logger.error({ err: error }, 'an operation failed')) });
  await server.listen({ port: 0, host: '127.0.0.1' });
  process.send?.({ kind: 'listening', url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql` });
}

const openScope = createOpenScope(async () => ({ principal: anonymous, stale: false, access: null }), { authorization: () => undefined });

/** As `gateway/app.ts` wires it; core is asked for permissions once for each caller. */
async function guardedScope(refused: Parameters<typeof openClientLimits>[1]['refused']): Promise<OpenScope> {
  const keys = createAccessKeys({ fetch: async () => settings.jwks, copies: createLastGood(join(folder, 'copies'), logger), logger });
  await keys.refresh();
  const permissions = createPermissionCache({
    fetch: async (userId) => ({ subject: userId, organizationId: 'o1', roles: ['viewer'], permissions: ['project:read', 'beneficiary:read', 'vendor:read'], projectPermissions: {}, version: 1, validUntil: null }),
    maxStaleMs: 0,
    logger,
  });
  permissions.setConnected(true);
  const findCaller = createCallerFinder(createAccessTokenReader(keys), createCallerOf(permissions, createRevokedSessions()));
  return createOpenScope(findCaller, createSessionCookies([]), openClientLimits(env, { redis: null, logger, refused }));
}

function depsOf(observe: DataSourceDeps['observe']): DataSourceDeps {
  const file = join(folder, 'principal.pem');
  ensureSigningKey(file, `${file}.pub`);
  return {
    transport: { post: async () => ({ status: 200, text: settings.answer, bytes: settings.answer.length, shared: false }), keepOnly: () => undefined, close: async () => undefined },
    routes: { find: async () => null },
    tokens: createPrincipalTokens(createPrincipalSigner(file)),
    timeouts: { queryMs: env.QUERY_TIMEOUT_MS, mutationMs: env.MUTATION_TIMEOUT_MS },
    logger,
    observe,
  };
}

process.on('disconnect', () => process.exit());
main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
