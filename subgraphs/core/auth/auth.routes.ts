import type { FastifyInstance } from 'fastify';
import { only } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { AccessTokens } from '../sessions';

/** What gateways ask of sign-in. */
export function mountAuthRoutes(server: FastifyInstance, tokens: AccessTokens): void {
  server.get('/internal/jwks', { preHandler: only(identity.gateway) }, async () => tokens.jwks());
}
