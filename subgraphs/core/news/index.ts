import { allow } from 'graphql-shield';
import { requires } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { ParkedEventResolver } from './parked-event.resolver';

export { createNewsDesk, type NewsDesk } from './news-desk';
export { createMemoryRetention } from './retention';
export { coreSubscribers, type Subscriber, type SubscriberDeps } from './subscribers';

/** What operators see of events on their way. */
export function createNews({ database }: { database: CoreDatabase }): Slice {
  return {
    resolvers: new Map([[ParkedEventResolver, new ParkedEventResolver(database)]]),
    references: {},
    rules: { Query: { parkedEvents: requires('event:manage') }, Mutation: { replayParkedEvents: requires('event:manage') }, ParkedEvent: allow, ParkedEventConnection: allow, ParkedEventEdge: allow },
  };
}
