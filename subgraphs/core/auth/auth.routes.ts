import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { NotFoundError, parseInput } from '#kernel/errors';
import { only } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { AccessTokens } from '../sessions';
import type { AuthService } from './auth.service';

/** What gateways ask of identity. */
export function mountAuthRoutes(server: FastifyInstance, service: AuthService, tokens: AccessTokens): void {
  const guard = { preHandler: only(identity.gateway) };
  server.get('/internal/jwks', guard, async () => tokens.jwks());
  server.get('/internal/principals/:userId', guard, async (request) => {
    const { userId } = parseInput(z.object({ userId: z.string().max(100) }), request.params, 'params');
    const effective = await service.effectivePermissions(userId);
    if (!effective) throw new NotFoundError('The user');
    return effective;
  });
}
