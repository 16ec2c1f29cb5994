import type DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { toBeneficiary } from './beneficiary.mapper';
import { BeneficiaryAccess } from './beneficiary.access';
import { BeneficiaryRepository } from './beneficiary.repository';
import { BeneficiaryResolver } from './beneficiary.resolver';
import { BeneficiaryService } from './beneficiary.service';
import type { Beneficiary } from './beneficiary.type';

export { beneficiaryEvents } from './beneficiary.events';
export { areaCode, language, line, phone, searchText, walletAddress } from './beneficiary.inputs';
export { Beneficiary } from './beneficiary.type';
export type { BeneficiaryAccess } from './beneficiary.access';

export interface BeneficiariesSlice extends Slice {
  /** Beneficiaries that the caller may see, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, Beneficiary | null>;
  /** Whom a caller may touch. */
  access: BeneficiaryAccess;
}

/** People registered for aid. The reference slice: others are built like this one. */
export function createBeneficiaries(deps: { database: CoreDatabase }): BeneficiariesSlice {
  const repository = new BeneficiaryRepository(deps.database);
  const byId = perRequest(({ principal }: CoreContext) =>
    batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toBeneficiary), (beneficiary) => beneficiary.id),
  );
  const pii = perRequest(({ principal }: CoreContext) => batchById((ids) => repository.findPii(principal, ids), (row) => row.beneficiaryId));
  const resolver = new BeneficiaryResolver(new BeneficiaryService(deps.database, repository), { byId, pii });
  return {
    resolvers: new Map([[BeneficiaryResolver, resolver]]),
    references: { Beneficiary: ({ id }: { id: string }, context) => byId(context).load(id) },
    rules,
    byId,
    access: new BeneficiaryAccess(deps.database),
  };
}

const rules = {
  Query: { beneficiary: requiresSomewhere('beneficiary:read'), beneficiaries: requiresSomewhere('beneficiary:read') },
  Mutation: {
    registerBeneficiary: requiresSomewhere('beneficiary:write'),
    registerBeneficiaries: requiresSomewhere('beneficiary:write'),
    updateBeneficiary: requiresSomewhere('beneficiary:write'),
    suspendBeneficiary: requiresSomewhere('beneficiary:write'),
    activateBeneficiary: requiresSomewhere('beneficiary:write'),
  },
  Beneficiary: allow,
  BeneficiaryConnection: allow,
  BeneficiaryEdge: allow,
};
