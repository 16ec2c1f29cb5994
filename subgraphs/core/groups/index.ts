import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import type { Principal } from '#kernel/auth';
import { NotFoundError } from '#kernel/errors';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { Prisma } from '../../../generated/prisma/core/client';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { toGroup, toSnapshot } from './group.mapper';
import { GroupRepository, membersOf } from './group.repository';
import { GroupResolver, GroupSnapshotResolver, type GroupLoaders } from './group.resolver';
import { GroupService } from './group.service';
import type { GroupSnapshot } from './group.type';

export { groupEvents } from './group.events';
export { BeneficiaryGroup, GroupSnapshot } from './group.type';

export interface GroupsSlice extends Slice {
  /** SQL that selects the ids of whoever is in a group now, as far as the caller may see. @throws NotFoundError */
  members(principal: Principal, groupId: string): Promise<Prisma.Sql>;
}

/** Groups of people, and records of who was in them. */
export function createGroups(deps: { database: CoreDatabase; beneficiaries: BeneficiariesSlice }): GroupsSlice {
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
    members: async (principal, groupId) => {
      const [group] = await repository.findVisible(principal, [groupId]);
      if (!group) throw new NotFoundError('The group');
      return selection.everybody(principal, membersOf(group));
    },
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
