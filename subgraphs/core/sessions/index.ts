import { allow } from 'graphql-shield';
import { authenticated } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Secrets } from '../secrets';
import type { Slice } from '../slice';
import { createAccessTokens, type AccessTokens } from './access-tokens';
import { createRefreshTokens } from './refresh-tokens';
import { createRevocations, type Revocations } from './revocations';
import { SessionRepository } from './session.repository';
import { SessionResolver } from './session.resolver';
import { SessionService } from './session.service';

export type { AccessTokens } from './access-tokens';
export { SessionRepository } from './session.repository';
export { SessionService, type OpenSession, type Proof } from './session.service';
export { Session } from './session.type';

export interface SessionsSlice extends Slice {
  service: SessionService;
  tokens: AccessTokens;
  revocations: Revocations;
}

/** Sessions, their access and refresh tokens. */
export function createSessions(deps: { database: CoreDatabase; secrets: Secrets; jwtPrivateKeyFiles: readonly string[] }): SessionsSlice {
  const tokens = createAccessTokens(deps.jwtPrivateKeyFiles);
  const repository = new SessionRepository(deps.database);
  const service = new SessionService(deps.database, repository, { access: tokens, refresh: createRefreshTokens(deps.secrets) });
  return {
    service,
    tokens,
    revocations: createRevocations(repository),
    resolvers: new Map([[SessionResolver, new SessionResolver(service)]]),
    references: {},
    rules: {
      Query: { sessions: authenticated },
      // Whoever holds a refresh token may use it, also when the access token has ended.
      Mutation: { refreshSession: allow, signOut: allow, signOutEverywhere: authenticated, revokeSession: authenticated },
      Session: allow,
      ActiveSession: authenticated,
    },
  };
}
