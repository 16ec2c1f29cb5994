/** One published event as readers of the feed see it: ids only, no payload, so no personal data. */
export interface FeedEvent {
  /** Where it stands in the feed: digits, growing, with gaps. */
  position: string;
  id: string;
  name: string;
  /** Of the event's schema. */
  version: number;
  projectId: string | null;
  aggregateType: string;
  aggregateId: string;
  /** UTC, ISO 8601. */
  occurredAt: string;
}
