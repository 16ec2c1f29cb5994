import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { perRequest, requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { ConsentRepository, type ConsentRow } from './consent.repository';
import { ConsentResolver } from './consent.resolver';
import { ConsentService } from './consent.service';
import { Consent, type ConsentEnd, type ConsentMethod, type ConsentPurpose } from './consent.type';

export { consentEvents } from './consent.events';
export { ConsentPurpose } from './consent.type';

/** How other slices ask whether they may do something with the data of people. */
export interface Consents {
  /** Who of these people agrees to it now. What nobody was asked is not agreed to. */
  given(purpose: 'PROCESSING' | 'SHARING' | 'MESSAGING', beneficiaryIds: readonly string[]): Promise<Set<string>>;
}

export interface ConsentsSlice extends Slice, Consents {}

/** What people have agreed to. */
export function createConsents(deps: { database: CoreDatabase; beneficiaries: BeneficiariesSlice }): ConsentsSlice {
  const repository = new ConsentRepository(deps.database);
  const service = new ConsentService(deps.database, repository, deps.beneficiaries.access);
  // People whom the caller may not see never come here: the entity itself is narrowed.
  const ofBeneficiary = perRequest(
    (_context: CoreContext) =>
      new DataLoader<string, Consent[]>(async (ids) => {
        const byPerson = new Map<string, Consent[]>(ids.map((id) => [id, []]));
        for (const row of await repository.ofBeneficiaries(ids)) byPerson.get(row.beneficiaryId)?.push(toConsent(row));
        return ids.map((id) => byPerson.get(id) ?? []);
      }),
  );
  return {
    resolvers: new Map([[ConsentResolver, new ConsentResolver(service, { beneficiary: deps.beneficiaries.byId, ofBeneficiary })]]),
    references: {},
    rules: {
      Mutation: { recordConsents: requiresSomewhere('beneficiary:write'), withdrawConsent: requiresSomewhere('beneficiary:write') },
      Consent: allow,
    },
    given: (purpose, beneficiaryIds) => repository.given(purpose, beneficiaryIds),
  };
}

function toConsent(row: ConsentRow): Consent {
  return Object.assign(new Consent(), {
    ...row,
    purpose: row.purpose as ConsentPurpose,
    method: row.method as ConsentMethod,
    end: row.end as ConsentEnd | null,
    givenOn: row.givenOn.toISOString().slice(0, 10),
  });
}
