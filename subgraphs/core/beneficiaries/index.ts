import type { Principal } from '#kernel/auth';
import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { AttributesSlice } from '../attributes';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import type { Slice } from '../slice';
import { toBeneficiary } from './beneficiary.mapper';
import { BeneficiaryAccess } from './beneficiary.access';
import { BeneficiaryRepository, type BeneficiaryPii } from './beneficiary.repository';
import { BeneficiaryResolver } from './beneficiary.resolver';
import { ErasureService } from './erasure.service';
import { Registrar } from './registrar';
import { Selection } from './selection';
import { RegistrationResolver } from './registration.resolver';
import { BeneficiaryService } from './beneficiary.service';
import type { BeneficiaryStatusChange } from './status-change.type';
import { toStatusChange } from './status-history';
import { VerificationService } from './verification.service';
import type { Beneficiary } from './beneficiary.type';

export { Amender, type Amendment, type PersonChange } from './amender';
export { beneficiaryEvents } from './beneficiary.events';
export type { Registration } from './beneficiary.inputs';
export { registerSchema, updateSchema } from './beneficiary.inputs';
export { areaCode, language, line, phone, searchText, walletAddress } from '../lines';
export { keyIn, type Beyond } from './beneficiary.list';
export { toBeneficiary } from './beneficiary.mapper';
export { BeneficiaryConnection } from './beneficiary.type';
export { BeneficiaryFilter, BeneficiaryOrder, filterSchema, type ListFilter } from './filter.inputs';
export type { Selection } from './selection';
export { HouseholdRole } from './household-role';
export { Registrar } from './registrar';
export { visibleTo, type BeneficiaryPii, type BeneficiaryRow } from './beneficiary.repository';
export { openPersonalData, writeIdentifiers } from './personal-data';
export { tellOfPeople } from './tell';
export { reindex } from './reindex';
export { sealPlain } from './seal-plain';
export { Beneficiary } from './beneficiary.type';
export { BeneficiaryAccess } from './beneficiary.access';

export interface BeneficiariesSlice extends Slice {
  /** Beneficiaries that the caller may see, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, Beneficiary | null>;
  /** Whom a caller may touch. */
  access: BeneficiaryAccess;
  /** Where other slices say what they erase along with a person. */
  erasure: ErasureService;
  /** Finds people by filters. */
  selection: Selection;
  /** Personal data of those whose personal data the caller may read, for a purpose; recorded as any reading. */
  personalData(principal: Principal, ids: readonly string[], purpose: string): Promise<BeneficiaryPii[]>;
  /** Registers many people in somebody’s transaction. */
  registrar: Registrar;
}

/** People registered for aid. The reference slice: others are built like this one. */
export function createBeneficiaries(deps: { database: CoreDatabase; protectedData: ProtectedData; attributes: AttributesSlice }): BeneficiariesSlice {
  const repository = new BeneficiaryRepository(deps.database, deps.protectedData);
  const byId = perRequest(({ principal }: CoreContext) =>
    batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toBeneficiary), (beneficiary) => beneficiary.id),
  );
  const pii = perRequest(({ principal, client }: CoreContext) => batchById((ids) => repository.findPii(principal, ids, client?.purpose ?? null), (row) => row.beneficiaryId));
  const access = new BeneficiaryAccess(deps.database);
  const erasure = new ErasureService(deps.database, access);
  const resolver = new BeneficiaryResolver(new BeneficiaryService(deps.database, repository, deps.protectedData, deps.attributes), erasure, { byId, pii });
  const statusChanges = perRequest(
    (_context: CoreContext) =>
      new DataLoader<string, BeneficiaryStatusChange[]>(async (ids) => {
        const byPerson = new Map<string, BeneficiaryStatusChange[]>(ids.map((id) => [id, []]));
        for (const entry of await repository.statusChanges(ids)) byPerson.get(entry.beneficiaryId)?.push(toStatusChange(entry));
        return ids.map((id) => byPerson.get(id) ?? []);
      }),
  );
  const registrations = new RegistrationResolver(new VerificationService(deps.database, access), { byId, pii, definition: deps.attributes.byId, statusChanges });
  return {
    resolvers: new Map<NewableFunction, object>([
      [BeneficiaryResolver, resolver],
      [RegistrationResolver, registrations],
    ]),
    references: { Beneficiary: ({ id }: { id: string }, context) => byId(context).load(id) },
    rules,
    byId,
    access,
    erasure,
    selection: new Selection(repository, deps.protectedData, deps.attributes),
    registrar: new Registrar(deps.protectedData, deps.attributes),
    personalData: (principal, ids, purpose) => (ids.length === 0 ? Promise.resolve([]) : repository.findPii(principal, ids, purpose)),
  };
}

const rules = {
  Query: { beneficiary: requiresSomewhere('beneficiary:read'), beneficiaries: requiresSomewhere('beneficiary:read') },
  Mutation: {
    registerBeneficiary: requiresSomewhere('beneficiary:write'),
    registerBeneficiaries: requiresSomewhere('beneficiary:write'),
    updateBeneficiary: requiresSomewhere('beneficiary:write'),
    verifyBeneficiary: requiresSomewhere('beneficiary:verify'),
    suspendBeneficiary: requiresSomewhere('beneficiary:write'),
    eraseBeneficiary: requiresSomewhere('beneficiary:erase'),
    activateBeneficiary: requiresSomewhere('beneficiary:write'),
  },
  Beneficiary: allow,
  BeneficiaryStatusChange: allow,
  Verification: allow,
  GovernmentId: allow,
  BankAccount: allow,
  BeneficiaryConnection: allow,
  BeneficiaryEdge: allow,
};
