import DataLoader from 'dataloader';
import { allow, or } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { ProjectAccess } from '../projects';
import type { Slice } from '../slice';
import { BulkActionRepository } from './bulk-action.repository';
import { BulkActionResolver, toBulkAction } from './bulk-action.resolver';
import { BulkActionService, type GroupMembers } from './bulk-action.service';

export { bulkActionEvents } from './bulk-action.events';
export { BulkActionRepository } from './bulk-action.repository';
export { runBulkAction, type RunDeps } from './run';
export { bulkActionSubscribers, implementBulkActionJobs } from './worker';

/** One thing done to many people, in the background, with a report. */
export function createBulkActions(deps: { database: CoreDatabase; beneficiaries: BeneficiariesSlice; projects: ProjectAccess; groupMembers: GroupMembers }): Slice {
  const repository = new BulkActionRepository(deps.database);
  const service = new BulkActionService({ ...deps, repository });
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toBulkAction), ({ id }) => id));
  const failed = perRequest((_context: CoreContext) => new DataLoader<string, number>(async (ids) => {
    const counts = await repository.failed(ids);
    return ids.map((id) => counts.get(id) ?? 0);
  }));
  return {
    resolvers: new Map([[BulkActionResolver, new BulkActionResolver(service, { byId, failed, repository })]]),
    references: {},
    rules,
  };
}

const mayChange = or(requiresSomewhere('beneficiary:write'), requiresSomewhere('enrollment:write'));
const rules = {
  Query: { bulkAction: mayChange, bulkActions: mayChange },
  Mutation: { startBulkAction: mayChange, cancelBulkAction: mayChange },
  BulkAction: allow,
  BulkActionConnection: allow,
  BulkActionEdge: allow,
  BulkActionFailure: allow,
  BulkActionFailureConnection: allow,
  BulkActionFailureEdge: allow,
};
