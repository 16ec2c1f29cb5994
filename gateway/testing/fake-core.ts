import { buildSubgraphSchema } from '@apollo/subgraph';
import type { FastifyReply } from 'fastify';
import { GraphQLError, parse } from 'graphql';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { identity, type TlsFiles } from '#kernel/tls';
import { only, type InternalServer } from '#kernel/http';
import type { EffectivePermissions, ProjectRoute, SupergraphArtifact } from '../contracts';
import { startService, type ServiceContext, type TestService } from './graphql-service';

/** SDL of the part of the graph that these tests let core serve. */
export const coreSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
type Query { projects: [Project!]! whoami: String secret: String crash: String }
type Mutation { createProject(input: CreateProjectInput!, idempotencyKey: String!): Project! login(email: String!, password: String!): Session!
  refreshSession(refreshToken: String!): Session! signOut(refreshToken: String): Boolean! }
type Session { sessionId: ID! userId: ID! accessToken: String! expiresAt: String! refreshToken: String! refreshExpiresAt: String! }
scalar JSON
input CreateProjectInput { name: String! type: String! settings: JSON }
type Project @key(fields: "id") { id: ID! slug: String name: String! description: String type: String status: String currency: String budgetMinor: String
  startsOn: String endsOn: String settings: JSON createdAt: String milestones: [Milestone!]! deployment: Deployment }
type Milestone { id: ID! title: String dueOn: String status: String }
type Deployment { status: String steps: [Step!]! }
type Step { name: String status: String startedAt: String finishedAt: String }
`;

/** Core as its gateways see it. Change `artifact`, `routes` or `users`, then `push`. */
export interface FakeCore {
  service: TestService;
  artifact: SupergraphArtifact | null;
  routes: { version: number; routes: ProjectRoute[] };
  permissionsVersion: number;
  users: Map<string, Omit<EffectivePermissions, 'version' | 'subject'>>;
  ready: boolean;
  acks: { gatewayId: string; supergraphVersion: number; routesVersion: number }[];
  lookedUp: string[];
  created: string[];
  /** Refresh tokens that came with `signOut`. */
  signedOut: (string | null)[];
  /** Tells gateways that sessions have ended. */
  revoke(...sessions: string[]): void;
  push(): void;
  /** Breaks every stream, as a restart would. */
  cut(): void;
  token(user: string, changes?: { issuer?: string; audience?: string; expires?: string; kid?: string; session?: string }): Promise<string>;
  stop(): Promise<void>;
}

export async function startFakeCore(tls: TlsFiles, publicKeyFile: string, port = 0): Promise<FakeCore> {
  const keys = await generateKeyPair('EdDSA', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'EdDSA' };
  const streams = new Set<FastifyReply>();
  const core = {
    artifact: null,
    routes: { version: 0, routes: [] },
    permissionsVersion: 1,
    users: new Map(),
    ready: true,
    acks: [],
    lookedUp: [],
    created: [],
    signedOut: [],
    revoke: (...revoked: string[]) => streams.forEach((stream) => stream.raw.write(`event: sessions\ndata: ${JSON.stringify({ revoked })}\n\n`)),
    push: () => streams.forEach((stream) => tell(core, stream)),
    cut: () => streams.forEach((stream) => stream.raw.destroy()),
    token: async (user: string, { issuer = 'rahat', audience = 'rahat-gateway', expires = '15m', kid = 'k1', session = 's1' }: { issuer?: string; audience?: string; expires?: string; kid?: string; session?: string } = {}) =>
      new SignJWT({ sid: session, acr: 'aal1', auth_time: 1_700_000_000 }).setProtectedHeader({ alg: 'EdDSA', kid }).setSubject(user).setIssuer(issuer).setAudience(audience).setIssuedAt().setExpirationTime(expires).sign(keys.privateKey),
    stop: async () => {
      core.cut();
      await core.service.stop();
    },
  } as unknown as FakeCore;
  const schema = coreSchema(core);
  core.service = await startService({ tls, publicKeyFile, audience: 'core', schema, port, ready: () => core.ready, mount: (server) => mount(core, server, streams, jwk) });
  return core;
}

function mount(core: FakeCore, server: InternalServer, streams: Set<FastifyReply>, jwk: JWK): void {
  const guard = { preHandler: only(identity.gateway) };
  server.get('/internal/jwks', guard, async () => ({ keys: [jwk] }));
  server.get<{ Params: { id: string } }>('/internal/principals/:id', guard, async ({ params }, reply) => {
    const user = core.users.get(params.id);
    return user ? { version: core.permissionsVersion, subject: params.id, ...user } : reply.code(404).send({});
  });
  server.get<{ Params: { id: string } }>('/internal/routes/:id', guard, async ({ params }, reply) => {
    core.lookedUp.push(params.id);
    return core.routes.routes.find(({ projectId }) => projectId === params.id) ?? reply.code(404).send({});
  });
  server.post('/internal/gateway/ack', guard, async (request, reply) => {
    core.acks.push(request.body as FakeCore['acks'][number]);
    return reply.code(204).send();
  });
  server.get('/internal/gateway/stream', guard, (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    reply.raw.on('close', () => streams.delete(reply));
    streams.add(reply);
    tell(core, reply);
  });
}

function tell(core: FakeCore, reply: FastifyReply): void {
  const send = (event: string, data: unknown): boolean => reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  if (core.artifact) send('supergraph', core.artifact);
  send('routes', core.routes);
  send('permissions', { version: core.permissionsVersion });
}

function coreSchema(core: FakeCore) {
  const project = (id: string) => ({ id, name: `Project ${id}`, milestones: [] });
  const session = async (userId: string) => ({
    sessionId: 's1',
    userId,
    accessToken: await core.token(userId),
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    refreshToken: `rt_${userId}`,
    refreshExpiresAt: new Date(Date.now() + 120_000).toISOString(),
  });
  return buildSubgraphSchema({
    typeDefs: parse(coreSdl),
    resolvers: {
      Query: {
        projects: () => core.routes.routes.map(({ projectId }) => project(projectId)),
        whoami: (_: unknown, __: unknown, { principal }: ServiceContext) => principal.subject,
        crash: () => Promise.reject(new Error('the password is hunter2')),
      },
      Mutation: {
        login: async (_: unknown, { email, password }: { email: string; password: string }) => {
          if (password !== 'right') throw new GraphQLError('no', { extensions: { code: 'UNAUTHENTICATED' } });
          return session(email);
        },
        refreshSession: async (_: unknown, { refreshToken }: { refreshToken: string }) => {
          if (!refreshToken.startsWith('rt_')) throw new GraphQLError('no', { extensions: { code: 'UNAUTHENTICATED' } });
          return session(refreshToken.slice(3));
        },
        signOut: (_: unknown, { refreshToken = null }: { refreshToken?: string | null }) => core.signedOut.push(refreshToken) > 0,
        createProject: (_: unknown, { input, idempotencyKey }: { input: { name: string; settings?: unknown }; idempotencyKey: string }) => {
          if (input.name === 'taken') throw new GraphQLError('name: is taken', { extensions: { code: 'CONFLICT', field: 'name' } });
          core.created.push(idempotencyKey);
          return { ...project('new'), name: input.name, settings: input.settings, deployment: { status: 'RUNNING', steps: [] } };
        },
      },
      Project: { __resolveReference: ({ id }: { id: string }) => project(id) },
    } as never,
  });
}
