import type { Principal } from '#kernel/auth';
import { createLogger } from '#kernel/telemetry';
import type { SupergraphArtifact } from '../../gateway/contracts';
import type { DataSourceDeps, OperationScope } from '../../gateway/data-sources/data-source';
import { sourceOf } from '../../gateway/data-sources/kinds';
import { createEngine, createSwappingEngine, startCompilerThread } from '../../gateway/engine';
import { createThinFront, runTrusted } from '../../gateway/http';
import { sdlHash } from '../../subgraphs/core/supergraph/sdl';
import type { SyntheticType } from './synthetic-type';

/** The gateway's own engine, data sources and GraphQL server, without the network: one canned service stands behind each type. */
export interface ServingGateway {
  /** Resolves when the engine of this version is built: until then the version before it serves. */
  serve(artifact: SupergraphArtifact): Promise<void>;
  /** Asks a field of this type, as a client would. @throws Error unless the answer is the right one. */
  ask(type: SyntheticType): Promise<void>;
  stop(): Promise<void>;
}

const PROJECT_ID = '00000000-0000-4000-8000-000000000001';
const TITLE = 'the one that was asked for';
const MAX_TOKENS = 10_000;

export function createServingGateway(): ServingGateway {
  let asked: SyntheticType | null = null;
  const logger = createLogger({ name: 'bench', level: 'silent' });
  const deps = depsOf(logger, () => asked);
  const engines = createSwappingEngine();
  const front = createThinFront(engines);
  return {
    serve: async (artifact) => {
      const limits = { maxTokens: MAX_TOKENS, introspection: false };
      await engines.swap(await createEngine(artifact, { source: (descriptor) => sourceOf(descriptor, deps), limits, startCompiler: startCompilerThread }));
    },
    ask: async (type) => {
      asked = type;
      const field = fieldOf(type);
      const operation = { query: `query ($id: ID!) { ${field}(projectId: $id, id: "1") { title } }`, variables: { id: PROJECT_ID } };
      const answer = await runTrusted(front, operation, scope(), (error) => error);
      const found = answer.data?.[field] as { title?: unknown } | null | undefined;
      if (found?.title !== TITLE) throw new Error(`The gateway does not serve ${type.name}: ${JSON.stringify(answer).slice(0, 500)}`);
    },
    stop: () => engines.close(),
  };
}

function fieldOf({ name }: SyntheticType): string {
  return `${name}ItemA`;
}

function depsOf(logger: DataSourceDeps['logger'], asked: () => SyntheticType | null): DataSourceDeps {
  return {
    logger,
    transport: {
      post: async () => {
        const type = asked();
        const text = JSON.stringify({ data: type ? { [fieldOf(type)]: { title: TITLE } } : null });
        return { status: 200, text, bytes: text.length, shared: false };
      },
      keepOnly: () => undefined,
      close: async () => undefined,
    },
    routes: {
      find: async (projectId) => {
        const type = asked();
        if (!type) return null;
        return { projectId, organizationId: 'o1', type: type.name, status: 'ACTIVE', instance: { id: 'i1', url: 'https://service.test', sdlHash: sdlHash(type.sdl) } };
      },
    },
    tokens: { forService: async () => 'token', forProject: async () => 'token' },
    timeouts: { queryMs: 5000, mutationMs: 5000 },
    observe: () => undefined,
  };
}

const reader: Principal = { subject: 'bench', organizationId: 'o1', roles: [], permissions: ['project:read'], projectPermissions: {} };

function scope(): OperationScope {
  return { requestId: 'bench', traceparent: '00-1-1-01', principal: reader, permissionsStale: false, access: null, signal: new AbortController().signal, extensions: new Map() };
}
