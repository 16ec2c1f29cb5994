import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { toHousehold, toMember } from './household.mapper';
import { HouseholdRepository, type MemberRow } from './household.repository';
import { BeneficiaryHouseholdResolver, HouseholdMemberResolver, HouseholdResolver, type HouseholdLoaders } from './household.resolver';
import { HouseholdService } from './household.service';
import type { HouseholdMember } from './household.type';

export { householdEvents } from './household.events';
export { Household } from './household.type';
export { HouseholdRepository } from './household.repository';
export { Placement, type Misplaced, type Placing } from './placement';

export interface HouseholdsSlice extends Slice {
  /** Lets somebody leave their household in the transaction that ends their registration. */
  leave: HouseholdService['leave'];
}

/** People who live together. */
export function createHouseholds(deps: { database: CoreDatabase; beneficiaries: BeneficiariesSlice }): HouseholdsSlice {
  const repository = new HouseholdRepository(deps.database);
  const service = new HouseholdService(deps.database, repository, deps.beneficiaries.access);
  deps.beneficiaries.erasure.also((tx, beneficiaryId) => service.leave(tx, beneficiaryId));
  const loaders: HouseholdLoaders = {
    byId: perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toHousehold), ({ id }) => id)),
    beneficiary: deps.beneficiaries.byId,
    members: both((ids, past) => repository.members(ids, past), ({ householdId }) => householdId),
    memberships: both((ids, past) => repository.memberships(ids, past), ({ beneficiaryId }) => beneficiaryId),
  };
  return {
    resolvers: new Map<NewableFunction, object>([
      [HouseholdResolver, new HouseholdResolver(service, loaders)],
      [HouseholdMemberResolver, new HouseholdMemberResolver(loaders)],
      [BeneficiaryHouseholdResolver, new BeneficiaryHouseholdResolver(loaders)],
    ]),
    references: {},
    rules: {
      Query: { household: requiresSomewhere('beneficiary:read'), households: requiresSomewhere('beneficiary:read') },
      Mutation: {
        createHousehold: requiresSomewhere('beneficiary:write'),
        updateHousehold: requiresSomewhere('beneficiary:write'),
        changeHouseholdMembers: requiresSomewhere('beneficiary:write'),
        dissolveHousehold: requiresSomewhere('beneficiary:write'),
      },
      Household: allow,
      HouseholdMember: allow,
      HouseholdConnection: allow,
      HouseholdEdge: allow,
    },
    leave: (tx, beneficiaryId) => service.leave(tx, beneficiaryId),
  };
}

type Load = (ids: readonly string[], past: boolean) => Promise<MemberRow[]>;

/** Loaders of what lasts, and of all there ever was. Those asked about have been shown to the caller. */
function both(load: Load, keyOf: (row: MemberRow) => string): HouseholdLoaders['members'] {
  const loader = (past: boolean) =>
    perRequest(
      (_context: CoreContext) =>
        new DataLoader<string, HouseholdMember[]>(async (ids) => {
          const byKey = new Map<string, HouseholdMember[]>(ids.map((id) => [id, []]));
          for (const row of await load(ids, past)) byKey.get(keyOf(row))?.push(toMember(row));
          return ids.map((id) => byKey.get(id) ?? []);
        }),
    );
  return { lasting: loader(false), all: loader(true) };
}
