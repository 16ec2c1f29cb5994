import type { FeedEvent } from './feed-event';

interface SubscriptionField {
  /** Beginnings of the names of the events that the field tells of. */
  names: readonly string[];
  /** Argument → the key of the event that it must equal when it is given; a list must contain it. */
  matches: Readonly<Record<string, 'projectId' | 'aggregateId' | 'name'>>;
}

/** Which events each field of Subscription tells of. Gateways learn it too, so that they need not ask about the others. */
export const subscriptions = {
  projectEvents: { names: ['project.', 'chain.'], matches: { projectId: 'projectId', names: 'name' } },
  beneficiaryEvents: { names: ['beneficiary.'], matches: { beneficiaryId: 'aggregateId' } },
  vendorEvents: { names: ['vendor.'], matches: { vendorId: 'aggregateId' } },
  enrollmentEvents: { names: ['enrollment.'], matches: { projectId: 'projectId' } },
} as const satisfies Record<string, SubscriptionField>;

export type SubscriptionName = keyof typeof subscriptions;

/** Whether a field, asked with these arguments, tells of an event. */
export function tellsOf(field: SubscriptionName, args: Readonly<Record<string, string | readonly string[] | null | undefined>>, event: FeedEvent): boolean {
  const { names, matches }: SubscriptionField = subscriptions[field];
  if (!names.some((name) => event.name.startsWith(name))) return false;
  return Object.entries(matches).every(([argument, key]) => {
    const wanted = args[argument];
    return wanted == null || [wanted].flat().some((value) => value === event[key]);
  });
}
