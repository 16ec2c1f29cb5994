import type { Principal } from '#kernel/auth';
import { createLogger } from '#kernel/telemetry';
import { RoutesUnavailableError, type DataSource, type DataSourceDeps, type OperationScope, type SubgraphAnswer } from '../data-sources/data-source';
import { createProjectTypeDataSource } from '../data-sources/project-type';
import type { ProjectRoute } from '../contracts';
import { createResilientTransport } from '../resilience';
import { createFakeTransport, type FakeServer, type FakeTransport } from './fake-transport';
import { fetchOf } from './subgraph-fetch';
import { treeConfig } from './tree-type';

/** A principal that may read every project of organisation `o1`. */
export const reader: Principal = { subject: 'u1', organizationId: 'o1', roles: [], permissions: ['project:read'], projectPermissions: {} };

/** What the fetches of one test operation share. */
export function scopeOf(principal: Principal = reader): OperationScope {
  return { requestId: 'r1', traceparent: '00-1-1-01', principal, permissionsStale: false, access: null, signal: new AbortController().signal, extensions: new Map() };
}

/** A project of `tree`, active and served at `https://<id>.test`, unless said otherwise. */
export function routeOf(projectId: string, changes: Partial<ProjectRoute> = {}): ProjectRoute {
  return {
    projectId,
    organizationId: 'o1',
    type: 'tree',
    status: 'ACTIVE',
    instance: { id: `i-${projectId}`, url: `https://${projectId}.test`, sdlHash: 'v2' },
    ...changes,
  };
}

/** Everything a data source is given, faked; audiences of signed principals are readable in the token. */
export function fakeDeps(transport: FakeTransport, routes: Map<string, ProjectRoute | 'core-down'>): DataSourceDeps & { outcomes: string[] } {
  const outcomes: string[] = [];
  const logger = createLogger({ name: 'test', level: 'silent' });
  return {
    transport: createResilientTransport(transport, { concurrency: 100, queue: 100, logger }),
    routes: {
      find: async (projectId) => {
        const route = routes.get(projectId);
        if (route === 'core-down') throw new RoutesUnavailableError('core is down');
        return route ?? null;
      },
    },
    tokens: {
      forService: async (principal, audience) => `${principal.subject}>${audience}`,
      forProject: async (principal, { projectId, organizationId }) => `${principal.subject}>project:${projectId}@${organizationId}`,
    },
    timeouts: { queryMs: 5000, mutationMs: 20_000 },
    logger,
    observe: (_subgraph, outcome) => outcomes.push(outcome),
    outcomes,
  };
}

/** The data source of the type `tree` among fakes. */
export interface TreeSource {
  source: DataSource;
  transport: FakeTransport;
  routes: Map<string, ProjectRoute | 'core-down'>;
  outcomes: string[];
  ask(query: string, variables?: Record<string, unknown>, principal?: Principal): Promise<SubgraphAnswer>;
}

export function treeSource(projects: Record<string, FakeServer | null>, routes: Record<string, ProjectRoute | 'core-down'> = {}): TreeSource {
  const standing = Object.entries(projects).flatMap(([id, server]) => (server ? [[`https://${id}.test`, server] as const] : []));
  const transport = createFakeTransport(Object.fromEntries(standing));
  const table = new Map<string, ProjectRoute | 'core-down'>(Object.keys(projects).map((id) => [id, routeOf(id)]));
  for (const [id, route] of Object.entries(routes)) table.set(id, route);
  const deps = fakeDeps(transport, table);
  const source = createProjectTypeDataSource({ name: 'tree', kind: 'project-type', url: null, config: treeConfig }, deps);
  return {
    source,
    transport,
    routes: table,
    outcomes: deps.outcomes,
    ask: (query, variables = {}, principal = reader) => source.process(fetchOf(query, variables, scopeOf(principal))),
  };
}
