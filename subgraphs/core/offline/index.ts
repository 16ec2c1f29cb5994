import { allow } from 'graphql-shield';
import { authenticated, batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { DeviceRepository } from '../devices';
import type { ProtectedData } from '../protected-data';
import type { Slice } from '../slice';
import { ConflictService, openConflicts } from './conflict.service';
import { Intake } from './intake';
import { toConflict } from './offline.mapper';
import { OfflineRepository } from './offline.repository';
import { OfflineResolver } from './offline.resolver';
import { SubmissionService } from './submission.service';

export { offlineEvents } from './offline.events';

/** Registrations that field workers make without a network. */
export function createOffline(deps: { database: CoreDatabase; protectedData: ProtectedData; beneficiaries: BeneficiariesSlice; devices: { repository: DeviceRepository } }): Slice {
  const { database, protectedData, beneficiaries, devices } = deps;
  const repository = new OfflineRepository(database);
  const intake = new Intake(repository, beneficiaries.registrar, protectedData);
  const submissions = new SubmissionService(database, repository, devices.repository, intake, protectedData);
  const conflicts = new ConflictService(database, repository, beneficiaries, protectedData);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.find(principal, ids)).map(toConflict), (conflict) => conflict.id));
  const content = perRequest(({ principal, client }: CoreContext) =>
    batchById(
      async (ids) => {
        const rows = await repository.readable(principal, ids, client?.purpose ?? null);
        const opened = await openConflicts(protectedData, rows);
        return rows.map(({ id }, index) => ({ id, registration: opened[index] ?? {} }));
      },
      ({ id }) => id,
    ),
  );
  beneficiaries.erasure.also((tx, beneficiaryId) => repository.forget(tx, beneficiaryId));
  return {
    resolvers: new Map([[OfflineResolver, new OfflineResolver(submissions, conflicts, { byId, content, beneficiary: beneficiaries.byId })]]),
    references: {},
    rules: {
      Query: { offlineConflicts: requiresSomewhere('beneficiary:write') },
      Mutation: {
        // The signature of the caller's own device opens it; each item asks for beneficiary:write where it lies.
        submitOfflineRegistrations: authenticated,
        resolveOfflineConflict: requiresSomewhere('beneficiary:write'),
      },
      OfflineReceipt: allow,
      OfflineItemReceipt: allow,
      OfflineConflict: allow,
      OfflineConflictConnection: allow,
      OfflineConflictEdge: allow,
    },
  };
}
