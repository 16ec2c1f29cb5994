import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ensureSigningKey } from '#kernel/auth';
import { createLogger } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import { createGateway } from '../app';
import { alone } from '../cluster';
import type { SupergraphArtifact } from '../contracts';
import { readEnv } from '../env';
import { createTestAuthority } from './certificates';
import { startFakeCore, type FakeCore } from './fake-core';
import { startService, type TestService } from './graphql-service';
import { treeConfig, treeInstance } from './tree-type';

/** A gateway with a fake core and real servers for projects, over real connections on this machine. */
export interface World {
  core: FakeCore;
  /** Starts the service of a project and puts it into the route table (not pushed yet). */
  addProject(projectId: string, version?: 'v1' | 'v2'): Promise<TestService>;
  startGateway(changes?: Record<string, string>): Promise<TestGateway>;
  /** What a gateway of this world is told, to start one as a process of its own. */
  environment: Readonly<Record<string, string>>;
  stopCore(): Promise<void>;
  /** A new core on the same address; keeps what the old one knew. */
  restartCore(): Promise<FakeCore>;
  stop(): Promise<void>;
}

export interface TestGateway {
  server: FastifyInstance;
  url: string;
  query(query: string, options?: { variables?: Record<string, unknown>; token?: string; headers?: Record<string, string> }): Promise<GraphqlReply>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

export interface GraphqlReply {
  status: number;
  headers: Headers;
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } & Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
}

/** The artifact that core publishes: core alone, or with the type `tree`. */
export function artifactOf(version: number, coreUrl: string, withTree = true): SupergraphArtifact {
  return {
    version,
    sdl: readFileSync(join(__dirname, `supergraph/${withTree ? 'core-and-tree' : 'core'}.graphql`), 'utf8'),
    subgraphs: [
      { name: 'core', kind: 'http', url: coreUrl, config: { audience: 'core' } },
      ...(withTree ? [{ name: 'tree', kind: 'project-type', url: null, config: treeConfig }] : []),
    ],
  };
}

export async function createWorld(): Promise<World> {
  const authority = await createTestAuthority();
  const [privateKeyFile, publicKeyFile] = [join(authority.folder, 'principal.pem'), join(authority.folder, 'principal.pub.pem')];
  ensureSigningKey(privateKeyFile, publicKeyFile);
  const [coreTls, gatewayTls] = [await authority.files(identity.core), await authority.files(identity.gateway)];
  const running = new Set<{ stop(): Promise<void> }>();
  const core = await startFakeCore(coreTls, publicKeyFile);
  const world: World = {
    core,
    environment: {
      TLS_CA_FILE: gatewayTls.caFile,
      TLS_CERT_FILE: gatewayTls.certFile,
      TLS_KEY_FILE: gatewayTls.keyFile,
      PRINCIPAL_PRIVATE_KEY_FILE: privateKeyFile,
      CORE_URL: core.service.url, // a core that was restarted has the same
      STATE_DIR: authority.folder,
      LOG_LEVEL: 'silent',
      // As for developers: tests of what the public meets take these away.
      GRAPHQL_INTROSPECTION: 'true',
      GRAPHIQL: 'true',
      RATE_LIMIT: 'false',
    },
    addProject: async (projectId, version = 'v2') => {
      const instanceId = `i-${projectId}-${running.size}`;
      const tls = await authority.files(identity.projectInstance(projectId, instanceId));
      const service = await startService({ tls, publicKeyFile, audience: `project:${projectId}`, schema: treeInstance(version, [projectId]) });
      running.add(service);
      const route = { projectId, organizationId: 'o1', type: 'tree', status: 'ACTIVE', instance: { id: instanceId, url: service.url, sdlHash: version } };
      world.core.routes = { version: world.core.routes.version + 1, routes: [...world.core.routes.routes.filter((other) => other.projectId !== projectId), route] };
      return service;
    },
    startGateway: async (changes = {}) => {
      const gateway = await startGateway({ ...world.environment, ...changes });
      running.add(gateway);
      return gateway;
    },
    stopCore: async () => world.core.stop(),
    restartCore: async () => {
      const { core } = world;
      const fresh = await startFakeCore(coreTls, publicKeyFile, Number(new URL(core.service.url).port));
      Object.assign(fresh, { artifact: core.artifact, routes: core.routes, users: core.users, permissionsVersion: core.permissionsVersion });
      return (world.core = fresh);
    },
    stop: async () => {
      await Promise.all([...running].map((part) => part.stop()));
      await world.core.stop().catch(() => undefined);
      rmSync(authority.folder, { recursive: true, force: true });
    },
  };
  world.core.artifact = artifactOf(1, world.core.service.url);
  world.core.users.set('reader', { organizationId: 'o1', roles: [], permissions: ['project:read'], projectPermissions: {} });
  world.core.users.set('nobody', { organizationId: 'o1', roles: [], permissions: [], projectPermissions: {} });
  return world;
}

async function startGateway(source: NodeJS.ProcessEnv): Promise<TestGateway> {
  const opened: (() => unknown)[] = [];
  const env = readEnv(source);
  const server = await createGateway(env, { logger: createLogger({ name: 'gateway', level: env.LOG_LEVEL }), ...alone() }, { add: (_name, close) => opened.unshift(close) });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const post = async (query: string, { variables, token, headers }: { variables?: Record<string, unknown>; token?: string; headers?: Record<string, string> } = {}): Promise<GraphqlReply> => {
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...authorization, ...headers }, body: JSON.stringify({ query, variables }) });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
  };
  return {
    server,
    url,
    query: post,
    get: (path, headers = {}) => fetch(url + path, { headers }),
    stop: async () => {
      for (const close of opened) await close();
    },
  };
}

/** Waits until something holds. @throws when it does not in time. */
export async function eventually(holds: () => boolean | Promise<boolean>, deadlineMs = 5000): Promise<void> {
  for (let attempt = 0; attempt < deadlineMs / 20; attempt++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`It did not happen: ${holds.toString()}`);
}
