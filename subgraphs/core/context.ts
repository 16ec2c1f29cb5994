import type { ClientFacts, SubgraphContextBase } from '#kernel/graphql';
import type { FeedEvent } from './feed';

/** The context of one GraphQL request to core. Loaders live in it through `perRequest` of the kernel. */
export interface CoreContext extends SubgraphContextBase {
  /** What a subscription is to tell of. */
  event?: FeedEvent | null;
  /** From where the client asks, as the gateway saw it. */
  client?: ClientFacts;
}
