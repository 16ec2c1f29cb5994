import { z } from 'zod';
import { subscriptionFieldSchema, type FeedEvent, type SubgraphDescriptor, type SubscriptionField } from '../contracts';

const configSchema = z.looseObject({ subscriptions: z.record(z.string(), subscriptionFieldSchema).optional() });

/** Which events the fields of `Subscription` tell of, as the subgraphs say. */
export function subscriptionFields(subgraphs: readonly SubgraphDescriptor[]): ReadonlyMap<string, SubscriptionField> {
  return new Map(subgraphs.flatMap(({ config }) => Object.entries(configSchema.safeParse(config).data?.subscriptions ?? {})));
}

/** Whether a field, asked with these arguments, may tell of an event: the subgraph has the last word, this spares most questions to it. */
export function mayTell({ names, matches }: SubscriptionField, args: Readonly<Record<string, unknown>>, event: FeedEvent): boolean {
  if (!names.some((name) => event.name.startsWith(name))) return false;
  return Object.entries(matches).every(([argument, key]) => {
    const wanted = Object.hasOwn(args, argument) ? args[argument] : undefined;
    return wanted === undefined || wanted === null || (Array.isArray(wanted) ? wanted.includes(event[key]) : wanted === event[key]);
  });
}
