import type { EventEnvelope } from '#kernel/events';
import { auditExportSubscribers } from './audit-exports';
import { bulkActionSubscribers } from './bulk-actions';
import { duplicateSubscribers } from './duplicates';
import { exportSubscribers } from './exports';
import { importSubscribers } from './imports';
import { matchingSubscribers } from './matching';
import { coreSubscribers, type Subscriber, type SubscriberDeps } from './news';

export interface AllSubscribersDeps extends SubscriberDeps {
  /** Writes down that a checkpoint of the audit log is on chain. */
  recordAnchor(event: EventEnvelope): Promise<void>;
}

/** Everybody in core who listens to events; docs/events.md is made from it. */
export function allSubscribers(deps: AllSubscribersDeps): Subscriber[] {
  const { jobs, database, recordAnchor } = deps;
  return [
    ...coreSubscribers(deps),
    ...duplicateSubscribers(jobs, database),
    ...importSubscribers(jobs),
    ...matchingSubscribers(jobs, database),
    ...bulkActionSubscribers(jobs),
    ...exportSubscribers(jobs),
    ...auditExportSubscribers(jobs),
    { name: 'audit-anchors', wants: (name) => name === 'chain.audit-anchored', handle: recordAnchor },
  ];
}
