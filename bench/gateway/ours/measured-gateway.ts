import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { anonymous, createPrincipalSigner, ensureSigningKey } from '#kernel/auth';
import { createLogger, createMetrics } from '#kernel/telemetry';
import type { SupergraphArtifact } from '../../../gateway/contracts';
import type { DataSourceDeps } from '../../../gateway/data-sources/data-source';
import { sourceOf } from '../../../gateway/data-sources/kinds';
import { createEngine, createSwappingEngine, startCompilerThread } from '../../../gateway/engine';
import { addGraphqlRoute, createApolloFront, createOpenScope, createPublicServer, createThinFront, presentError } from '../../../gateway/http';
import { createPrincipalTokens } from '../../../gateway/identity';
import { createGatewayMetrics } from '../../../gateway/metrics';
import { createResilientTransport } from '../../../gateway/resilience';
import { createUndiciTransport, shareReads, type Transport } from '../../../gateway/transport';

export interface MeasuredSettings {
  shareReads: boolean;
  front: 'thin' | 'apollo';
}

export interface MeasuredGateway {
  server: FastifyInstance;
  /** As `gateway/app.ts` does when core publishes a supergraph. */
  serve(artifact: SupergraphArtifact): Promise<void>;
}

const LIMITS = { maxTokens: 10_000, introspection: true };
const BODY_LIMIT = 1024 * 1024;
const TIMEOUTS = { queryMs: 60_000, mutationMs: 60_000 };

/**
 * What `gateway/app.ts` wires, without core: callers are anonymous, and subgraphs are asked over plain HTTP, as the gateways are that ours
 * is compared with. All else is as in service: request ids, metrics, signed principals, deadlines.
 */
export function createMeasuredGateway(settings: MeasuredSettings): MeasuredGateway {
  const logger = createLogger({ name: 'bench', level: 'warn' });
  const metrics = createMetrics();
  const engines = createSwappingEngine();
  const deps = depsOf(settings, logger, createGatewayMetrics(metrics).fetched);
  const front = settings.front === 'apollo' ? createApolloFront({ engines, logger, ...LIMITS }) : createThinFront(engines);
  const server = createPublicServer({ logger, metrics, bodyLimit: BODY_LIMIT, origins: [], readiness: async () => ({ ready: true }) });
  const openScope = createOpenScope(async () => ({ principal: anonymous, stale: false, access: null }), { authorization: () => undefined });
  addGraphqlRoute(server, { front, openScope, present: presentError((error, incidentId) => logger.error({ err: error, incidentId }, 'an operation failed')) });
  return {
    server,
    serve: async (artifact) => {
      const warm = engines.current()?.hotOperations() ?? [];
      await engines.swap(await createEngine(artifact, { source: (descriptor) => sourceOf(descriptor, deps), limits: LIMITS, startCompiler: startCompilerThread, warm }));
    },
  };
}

function depsOf({ shareReads: sharing }: MeasuredSettings, logger: DataSourceDeps['logger'], observe: DataSourceDeps['observe']): DataSourceDeps {
  const connections = withoutIdentities(createUndiciTransport({ caFile: '', certFile: '', keyFile: '' }));
  const transport = createResilientTransport(connections, { concurrency: 256, queue: 10_000, logger });
  return {
    transport: sharing ? shareReads(transport) : transport,
    routes: { find: async () => null },
    tokens: createPrincipalTokens(createSigner()),
    timeouts: TIMEOUTS,
    logger,
    observe,
  };
}

/** Servers that speak plain HTTP prove nothing. */
function withoutIdentities(transport: Transport): Transport {
  return { ...transport, post: (request) => transport.post({ ...request, identity: null }) };
}

/** Signs with a key that lives as long as this process. */
function createSigner(): ReturnType<typeof createPrincipalSigner> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-key-'));
  try {
    const file = join(folder, 'principal.pem');
    ensureSigningKey(file, `${file}.pub`);
    return createPrincipalSigner(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
