import { allow } from 'graphql-shield';
import { z } from 'zod';
import { batchById, perRequest, requires, requiresSomewhere } from '#kernel/graphql';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { BeneficiariesSlice } from '../beneficiaries';
import { NONE } from '../change';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Subscriber } from '../news';
import type { ProtectedData } from '../protected-data';
import type { Slice } from '../slice';
import { DuplicateRepository } from './duplicate.repository';
import { DuplicateResolver, toCandidate, toSearch } from './duplicate.resolver';
import { DuplicateService } from './duplicate.service';
import { runSearch, searchAfterImport, type SearchDeps } from './run';

export { duplicateEvents } from './duplicate.events';
export { DuplicateRepository } from './duplicate.repository';
export { runSearch, type SearchDeps } from './run';
export { createNewcomerWatch, searchNewcomers } from './watch';

/** Registrations that may be one person: found, judged, merged, and parted again. */
export function createDuplicates(deps: { database: CoreDatabase; protectedData: ProtectedData; beneficiaries: BeneficiariesSlice }): Slice {
  const { database, beneficiaries } = deps;
  const repository = new DuplicateRepository(database);
  const service = new DuplicateService(database, repository, beneficiaries.access, deps.protectedData);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toCandidate), ({ id }) => id));
  const search = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.searches(principal.organizationId ?? NONE, ids)).map(toSearch), ({ id }) => id));
  const somewhere = requiresSomewhere('beneficiary:deduplicate');
  const everywhere = requires('beneficiary:deduplicate');
  return {
    resolvers: new Map([[DuplicateResolver, new DuplicateResolver(service, repository, { byId, search, beneficiary: beneficiaries.byId })]]),
    references: {},
    rules: {
      Query: { duplicateCandidate: somewhere, duplicateCandidates: somewhere, duplicateSearch: everywhere },
      Mutation: { findDuplicates: everywhere, decideDuplicate: somewhere, decideDuplicates: somewhere, mergeDuplicates: somewhere, undoMerge: somewhere },
      DuplicateCandidate: allow,
      DuplicateCandidateConnection: allow,
      DuplicateCandidateEdge: allow,
      DuplicateReason: allow,
      DuplicateSearch: allow,
    },
  };
}

const findDuplicates = defineJob({ name: 'find-duplicates', schema: z.object({ searchId: z.uuid() }), concurrency: 1 });

/** The job that compares everybody. */
export function implementDuplicateJobs(jobs: Jobs, deps: SearchDeps): void {
  jobs.implement(findDuplicates, ({ searchId }) => runSearch(deps, searchId));
}

/** Who has people compared: when somebody asks for it, and after an import. */
export function duplicateSubscribers(jobs: Jobs, database: CoreDatabase): Subscriber[] {
  return [
    { name: 'duplicate-searches', wants: (name) => name === 'duplicate.search-started', handle: ({ aggregateId }) => jobs.enqueue(findDuplicates, { searchId: aggregateId }, { deduplicationId: aggregateId }) },
    { name: 'duplicates', wants: (name) => name === 'import.committed', handle: (event) => searchAfterImport(database, event) },
  ];
}
