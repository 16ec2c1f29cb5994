import { allow } from 'graphql-shield';
import { LRUCache } from 'lru-cache';
import { isId } from '#kernel/db';
import { requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { EnrollmentsSlice } from '../enrollments';
import type { ProjectsSlice } from '../projects';
import type { Slice } from '../slice';
import type { VendorsSlice } from '../vendors';
import type { FeedEvent } from './feed-event';
import type { FeedRepository } from './feed.repository';
import { FeedResolver } from './feed.resolver';

export type { FeedEvent } from './feed-event';
export { FeedRepository } from './feed.repository';
export { createFeedStream, type FeedStream } from './feed.stream';
export { createRetention } from './retention';
export { subscriptions } from './subscriptions';

/** Subscriptions: news of what the caller may see, with the thing itself. */
export function createFeed(deps: { projects: ProjectsSlice; beneficiaries: BeneficiariesSlice; vendors: VendorsSlice; enrollments: EnrollmentsSlice }): Slice {
  const resolver = new FeedResolver({
    project: (context, id) => deps.projects.byId(context).load(id),
    beneficiary: (context, id) => deps.beneficiaries.byId(context).load(id),
    vendor: (context, id) => deps.vendors.byId(context).load(id),
    enrollment: (context, id) => deps.enrollments.byId(context).load(id),
    projectVendor: (context, pair) => deps.enrollments.vendorByPair(context).load(pair),
  });
  return {
    resolvers: new Map([[FeedResolver, resolver]]),
    references: {},
    rules: {
      Subscription: {
        projectEvents: requiresSomewhere('project:read'),
        beneficiaryEvents: requiresSomewhere('beneficiary:read'),
        vendorEvents: requiresSomewhere('vendor:read'),
        enrollmentEvents: requiresSomewhere('enrollment:read'),
      },
      ProjectEvent: allow,
      BeneficiaryEvent: allow,
      VendorEvent: allow,
      EnrollmentEvent: allow,
    },
  };
}

/** Finds events by id. Each subscriber asks about the same new events, and what is published never changes: the last ones are kept. */
export function createEventLookup(repository: FeedRepository): (id: string) => Promise<FeedEvent | null> {
  const known = new LRUCache<string, FeedEvent>({
    max: 1000,
    fetchMethod: async (id) => (await repository.find(id)) ?? undefined,
  });
  return async (id) => (isId(id) ? ((await known.fetch(id)) ?? null) : null);
}
