import type { FastifyInstance } from 'fastify';
import { allow } from 'graphql-shield';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { createAccessTokens } from './access-tokens';
import { AuthRepository } from './auth.repository';
import { AuthResolver } from './auth.resolver';
import { mountAuthRoutes } from './auth.routes';
import { AuthService } from './auth.service';

export { Session } from './auth.type';
export { hashPassword } from './passwords';

export interface AuthSlice extends Slice {
  registerAuthRoutes(server: FastifyInstance): void;
}

/** Sign-in and access tokens. */
export function createAuth(deps: { database: CoreDatabase; jwtPrivateKeyFile: string }): AuthSlice {
  const tokens = createAccessTokens(deps.jwtPrivateKeyFile);
  const service = new AuthService(deps.database, new AuthRepository(deps.database), tokens);
  return {
    resolvers: new Map([[AuthResolver, new AuthResolver(service)]]),
    references: {},
    rules: { Mutation: { login: allow }, Session: allow },
    registerAuthRoutes: (server) => mountAuthRoutes(server, tokens),
  };
}
