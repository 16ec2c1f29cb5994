import { graphql, type GraphQLSchema } from 'graphql';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { anonymous, type Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { ClientFacts, Subgraph } from '#kernel/graphql';
import type { SlicesDeps } from '../app';
import { buildCoreSubgraph } from '../app';
import { hashPassword, type SignInSettings } from '../auth';
import type { CodeMessage } from '../auth/codes/code-sender';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from './slices';

export const PASSWORD = 'correct horse battery';

/** Core's API as the gateway meets it, for tests of who may be whom. */
export interface IdentityWorld {
  database: CoreDatabase;
  pool: Pool;
  slices: ReturnType<typeof createTestSlices>;
  schema: GraphQLSchema;
  /** Codes that were sent. */
  sent: CodeMessage[];
  /** Runs one field and returns its value. @throws the AppError of a resolver. */
  ask<T = Record<string, string>>(source: string, variables?: Record<string, unknown>, caller?: { principal?: Principal; client?: Partial<ClientFacts> }): Promise<T>;
  /** An account with {@link PASSWORD}. */
  createUser(name: string): Promise<{ id: string; email: string }>;
  signIn(email: string, client?: Partial<ClientFacts>): Promise<Tokens>;
  /** Who an access token says that its bearer is, as the gateway reads it. */
  principalOf(accessToken: string): Promise<Principal>;
  /** Actions in the audit log, in order. */
  audited(entityId?: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface Tokens {
  sessionId: string;
  userId: string;
  accessToken: string;
  refreshToken: string;
}

const LOGIN = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { sessionId userId accessToken refreshToken } }';

export async function createIdentityWorld(databaseUrl: string, changes: Partial<SlicesDeps> & { settings?: Partial<SignInSettings> } = {}): Promise<IdentityWorld> {
  const pool = createPool(databaseUrl, { max: 20, name: 'test' });
  const database = createDatabase(pool);
  const sent: CodeMessage[] = [];
  const sender = { send: async (message: CodeMessage) => void sent.push(message) };
  const signIn = { origin: 'https://app.example.org', chainIds: [1], senders: { EMAIL: sender, SMS: sender }, oidcProviders: [], ...changes.settings };
  const slices = createTestSlices(database, { signIn, ...changes });
  const subgraph = await buildCoreSubgraph(slices.all);
  const organization = await database.organization.create({ data: { id: newId(), slug: `org-${newId()}`, name: 'Ours' } });
  const passwordHash = await hashPassword(PASSWORD);
  const ask = asker(subgraph);
  return {
    database,
    pool,
    slices,
    schema: subgraph.schema,
    sent,
    ask,
    createUser: async (name) => {
      const user = { id: newId(), organizationId: organization.id, displayName: name, email: `${name}@ours.example`, passwordHash };
      await database.user.create({ data: user });
      return user;
    },
    signIn: (email, client) => ask<Tokens>(LOGIN, { email, password: PASSWORD }, { client }),
    principalOf: async (accessToken) => {
      const { payload } = await jwtVerify(accessToken, createLocalJWKSet(slices.sessions.tokens.jwks()), { issuer: 'rahat', audience: 'rahat-gateway', algorithms: ['EdDSA'] });
      const facts = { sessionId: String(payload.sid), authenticatedAt: Number(payload.auth_time), secondFactor: payload.acr === 'aal2' };
      return { subject: String(payload.sub), organizationId: organization.id, roles: [], permissions: [], projectPermissions: {}, ...facts };
    },
    audited: async (entityId) => (await database.auditEntry.findMany({ where: entityId ? { entityId } : {}, orderBy: { seq: 'asc' } })).map(({ action }) => action),
    close: async () => {
      await slices.auth.post.close();
      await database.$disconnect();
      await pool.end();
    },
  };
}

function asker({ schema }: Subgraph): IdentityWorld['ask'] {
  return async <T>(source: string, variables: Record<string, unknown> = {}, { principal = anonymous, client = {} }: { principal?: Principal; client?: Partial<ClientFacts> } = {}) => {
    const contextValue = { principal, client: { address: null, agent: null, ...client } };
    const { data, errors } = await graphql({ schema, source, variableValues: variables, contextValue });
    const [error] = errors ?? [];
    if (error) throw error.originalError ?? error;
    return Object.values(data ?? {})[0] as T;
  };
}
