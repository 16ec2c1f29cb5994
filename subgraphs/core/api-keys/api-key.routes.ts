import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { NotFoundError, parseInput } from '#kernel/errors';
import { only } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { ApiKeyService } from './api-key.service';
import type { LastUsed } from './last-used';

const params = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** `GET /internal/api-keys/<SHA-256 of the key>`: what its bearer may do, for gateways. The key itself never leaves the gateway. */
export function mountApiKeys(server: FastifyInstance, service: Pick<ApiKeyService, 'effectivePermissions'>, lastUsed: LastUsed): void {
  server.get('/internal/api-keys/:hash', { preHandler: only(identity.gateway) }, async (request) => {
    const found = await service.effectivePermissions(parseInput(params, request.params, 'params').hash);
    if (!found) throw new NotFoundError('The API key');
    const { keyId, ...effective } = found;
    lastUsed.note(keyId);
    return effective;
  });
}
