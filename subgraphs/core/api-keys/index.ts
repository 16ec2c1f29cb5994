import type { FastifyInstance } from 'fastify';
import { requiresSomewhere } from '#kernel/graphql';
import type { Closers } from '#kernel/lifecycle';
import type { Logger } from '#kernel/telemetry';
import type { CoreDatabase } from '../database';
import { RoleRepository, type RolesSlice } from '../roles';
import type { Slice } from '../slice';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyResolver } from './api-key.resolver';
import { mountApiKeys } from './api-key.routes';
import { ApiKeyService } from './api-key.service';
import { createLastUsed } from './last-used';

export interface ApiKeysSlice extends Slice {
  registerApiKeys(server: FastifyInstance, deps: { logger: Logger; closers: Closers }): void;
}

/** Keys with which the systems of partners call us. */
export function createApiKeys(deps: { database: CoreDatabase; roles: RolesSlice }): ApiKeysSlice {
  const repository = new ApiKeyRepository(deps.database);
  const service = new ApiKeyService(deps.database, repository, new RoleRepository(deps.database), deps.roles.grants);
  const read = requiresSomewhere('api-key:read');
  const write = requiresSomewhere('api-key:write');
  return {
    resolvers: new Map([[ApiKeyResolver, new ApiKeyResolver(service, repository)]]),
    references: {},
    rules: {
      Query: { apiKeys: read },
      Mutation: { createApiKey: write, revokeApiKey: write },
      ApiKey: read,
      ApiKeyConnection: read,
      ApiKeyEdge: read,
      IssuedApiKey: write,
    },
    registerApiKeys: (server, { logger, closers }) => {
      const lastUsed = createLastUsed((uses) => repository.used(uses), logger);
      closers.add('last use of API keys', () => lastUsed.close());
      mountApiKeys(server, service, lastUsed);
    },
  };
}
