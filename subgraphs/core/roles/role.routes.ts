import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { NotFoundError, parseInput } from '#kernel/errors';
import { only } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { GrantService } from './grant.service';

/** `GET /internal/principals/<userId>`: what a user may do, for gateways. */
export function mountPrincipals(server: FastifyInstance, grants: Pick<GrantService, 'effectivePermissions'>): void {
  server.get('/internal/principals/:userId', { preHandler: only(identity.gateway) }, async (request) => {
    const { userId } = parseInput(z.object({ userId: z.string().max(100) }), request.params, 'params');
    const effective = await grants.effectivePermissions(userId);
    if (!effective) throw new NotFoundError('The user');
    return effective;
  });
}
