import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { toGroup, toSnapshot } from './group.mapper';
import { GroupRepository } from './group.repository';
import { GroupResolver, GroupSnapshotResolver, type GroupLoaders } from './group.resolver';
import { GroupService } from './group.service';
import type { GroupSnapshot } from './group.type';

export { groupEvents } from './group.events';
export { BeneficiaryGroup, GroupSnapshot } from './group.type';

/** Groups of people, and records of who was in them. */
export function createGroups(deps: { database: CoreDatabase; beneficiaries: BeneficiariesSlice }): Slice {
  const { access, selection, erasure } = deps.beneficiaries;
  const repository = new GroupRepository(deps.database, selection);
  erasure.also((tx, beneficiaryId) => repository.forget(tx, beneficiaryId));
  const loaders: GroupLoaders = {
    byId: perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toGroup), ({ id }) => id)),
    snapshot: perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findSnapshots(principal, ids)).map(toSnapshot), ({ id }) => id)),
    snapshots: perRequest(
      (_context: CoreContext) =>
        new DataLoader<string, GroupSnapshot[]>(async (ids) => {
          const byGroup = new Map<string, GroupSnapshot[]>(ids.map((id) => [id, []]));
          for (const row of await repository.snapshots(ids)) byGroup.get(row.groupId)?.push(toSnapshot(row));
          return ids.map((id) => byGroup.get(id) ?? []);
        }),
    ),
    counts: perRequest(
      (_context: CoreContext) =>
        new DataLoader<string, number>(async (ids) => {
          const counts = await repository.counts(ids);
          return ids.map((id) => counts.get(id) ?? 0);
        }),
    ),
  };
  return {
    resolvers: new Map<NewableFunction, object>([
      [GroupResolver, new GroupResolver(new GroupService(deps.database, repository, { access, selection }), selection, loaders)],
      [GroupSnapshotResolver, new GroupSnapshotResolver(loaders)],
    ]),
    references: {},
    rules,
  };
}

const read = requiresSomewhere('beneficiary:read');
const write = requiresSomewhere('beneficiary:write');
const rules = {
  Query: { beneficiaryGroup: read, beneficiaryGroups: read, beneficiaryGroupMembers: read, groupSnapshot: read, groupSnapshotMembers: read },
  Mutation: { createBeneficiaryGroup: write, updateBeneficiaryGroup: write, changeBeneficiaryGroupMembers: write, freezeBeneficiaryGroup: write, archiveBeneficiaryGroup: write },
  BeneficiaryGroup: allow,
  BeneficiaryGroupConnection: allow,
  BeneficiaryGroupEdge: allow,
  GroupSnapshot: allow,
};
