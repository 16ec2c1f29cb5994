import { allow, or } from 'graphql-shield';
import { batchById, perRequest, requires } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { MatchingRepository } from './matching.repository';
import { MatchFields, MatchingResolver } from './matching.resolver';
import { MatchingService } from './matching.service';

export { matchingEvents } from './matching.events';
export { runMatching, type MatchingDeps } from './run';
export { createMatchingRetention, endOverdue, implementMatchingJobs, matchingSubscribers } from './worker';

/** People whom two organisations both know, found without either showing them to the other. */
export function createMatching(deps: { database: CoreDatabase; beneficiaries: BeneficiariesSlice }): Slice {
  const repository = new MatchingRepository(deps.database);
  const loaders = {
    byId: perRequest(({ principal }: CoreContext) => batchById((ids) => repository.findVisible(principal, ids), ({ id }) => id)),
    lastRun: perRequest((_context: CoreContext) => batchById((ids) => repository.lastRuns(ids), ({ agreementId }) => agreementId)),
    partner: perRequest((_context: CoreContext) => batchById((ids) => repository.partners(ids), ({ id }) => id)),
    beneficiary: deps.beneficiaries.byId,
  };
  const manages = requires('personal-data:manage');
  const compares = requires('beneficiary:deduplicate');
  return {
    resolvers: new Map<NewableFunction, object>([[MatchingResolver, new MatchingResolver(new MatchingService(deps.database, repository), repository, loaders)], [MatchFields, new MatchFields(loaders.beneficiary)]]),
    references: {},
    rules: {
      Query: { matchingAgreement: or(manages, compares), matchingAgreements: or(manages, compares) },
      Mutation: { proposeMatching: manages, acceptMatching: manages, endMatching: manages, startMatching: compares },
      MatchingAgreement: { '*': allow, matches: compares },
      MatchingAgreementConnection: allow,
      MatchingAgreementEdge: allow,
      MatchingPartner: allow,
      MatchingRun: allow,
      MatchingRunConnection: allow,
      MatchingRunEdge: allow,
      Match: allow,
      MatchConnection: allow,
      MatchEdge: allow,
    },
  };
}
