import type DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import type { Slice } from '../slice';
import { toBeneficiary } from './beneficiary.mapper';
import { BeneficiaryAccess } from './beneficiary.access';
import { BeneficiaryRepository } from './beneficiary.repository';
import { BeneficiaryResolver } from './beneficiary.resolver';
import { ErasureService } from './erasure.service';
import { Registrar } from './registrar';
import { BeneficiaryService } from './beneficiary.service';
import type { Beneficiary } from './beneficiary.type';

export { beneficiaryEvents } from './beneficiary.events';
export type { Registration } from './beneficiary.inputs';
export { registerSchema } from './beneficiary.inputs';
export { areaCode, language, line, phone, searchText, walletAddress } from './lines';
export { Registrar } from './registrar';
export { sealPlain } from './seal-plain';
export { Beneficiary } from './beneficiary.type';
export type { BeneficiaryAccess } from './beneficiary.access';

export interface BeneficiariesSlice extends Slice {
  /** Beneficiaries that the caller may see, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, Beneficiary | null>;
  /** Whom a caller may touch. */
  access: BeneficiaryAccess;
  /** Where other slices say what they erase along with a person. */
  erasure: ErasureService;
  /** Registers many people in somebody’s transaction. */
  registrar: Registrar;
}

/** People registered for aid. The reference slice: others are built like this one. */
export function createBeneficiaries(deps: { database: CoreDatabase; protectedData: ProtectedData }): BeneficiariesSlice {
  const repository = new BeneficiaryRepository(deps.database, deps.protectedData);
  const byId = perRequest(({ principal }: CoreContext) =>
    batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toBeneficiary), (beneficiary) => beneficiary.id),
  );
  const pii = perRequest(({ principal, client }: CoreContext) => batchById((ids) => repository.findPii(principal, ids, client?.purpose ?? null), (row) => row.beneficiaryId));
  const access = new BeneficiaryAccess(deps.database);
  const erasure = new ErasureService(deps.database, access);
  const resolver = new BeneficiaryResolver(new BeneficiaryService(deps.database, repository, deps.protectedData), erasure, { byId, pii });
  return {
    resolvers: new Map([[BeneficiaryResolver, resolver]]),
    references: { Beneficiary: ({ id }: { id: string }, context) => byId(context).load(id) },
    rules,
    byId,
    access,
    erasure,
    registrar: new Registrar(deps.protectedData),
  };
}

const rules = {
  Query: { beneficiary: requiresSomewhere('beneficiary:read'), beneficiaries: requiresSomewhere('beneficiary:read') },
  Mutation: {
    registerBeneficiary: requiresSomewhere('beneficiary:write'),
    registerBeneficiaries: requiresSomewhere('beneficiary:write'),
    updateBeneficiary: requiresSomewhere('beneficiary:write'),
    suspendBeneficiary: requiresSomewhere('beneficiary:write'),
    eraseBeneficiary: requiresSomewhere('beneficiary:erase'),
    activateBeneficiary: requiresSomewhere('beneficiary:write'),
  },
  Beneficiary: allow,
  GovernmentId: allow,
  BankAccount: allow,
  BeneficiaryConnection: allow,
  BeneficiaryEdge: allow,
};
