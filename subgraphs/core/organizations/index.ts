import type DataLoader from 'dataloader';
import { authenticated, batchById, perRequest, requires } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { OrganizationRepository } from './organization.repository';
import { OrganizationResolver } from './organization.resolver';
import { OrganizationService } from './organization.service';
import type { Organization } from './organization.type';

export { Organization } from './organization.type';

export interface OrganizationsSlice extends Slice {
  /** The caller's organisation; null for every other id. */
  byId: (context: CoreContext) => DataLoader<string, Organization | null>;
}

/** Organisations: everything belongs to one. */
export function createOrganizations(deps: { database: CoreDatabase }): OrganizationsSlice {
  const repository = new OrganizationRepository(deps.database);
  const byId = perRequest(({ principal }: CoreContext) =>
    batchById((ids) => repository.findOwn(principal.organizationId, ids), (organization) => organization.id),
  );
  return {
    resolvers: new Map([[OrganizationResolver, new OrganizationResolver(new OrganizationService(deps.database, repository), byId)]]),
    references: { Organization: ({ id }: { id: string }, context) => byId(context).load(id) },
    rules: {
      Query: { organization: authenticated },
      Mutation: { updateOrganization: requires('organization:update') },
      Organization: authenticated,
    },
    byId,
  };
}
