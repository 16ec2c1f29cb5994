import type { FastifyInstance } from 'fastify';
import { AppError } from '#kernel/errors';
import type { AccessKeys } from '../identity';

/** `GET /.well-known/jwks.json`: the public keys of access tokens, for partners that check them themselves. */
export function addJwksRoute(server: FastifyInstance, keys: Pick<AccessKeys, 'current'>): void {
  server.get('/.well-known/jwks.json', async (_request, reply) => {
    const jwks = keys.current();
    if (!jwks) throw new AppError('NOT_READY', 'The keys are not known yet.');
    return reply.header('cache-control', 'public, max-age=300').send(jwks);
  });
}
