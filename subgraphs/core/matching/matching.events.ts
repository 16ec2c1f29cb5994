import { z } from 'zod';
import { appendAudits, appendEvent, defineEvent } from '#kernel/events';
import type { CoreTransaction } from '../database';

const payload = z.object({ agreementId: z.uuid(), proposerId: z.uuid(), accepterId: z.uuid() });
const define = (done: string, sentence: string) => defineEvent({ name: `matching.${done}`, version: 1, payload, sentence });

/** The news of matching: ids of organisations and agreements, never of people. */
export const matchingEvents = {
  proposed: define('proposed', 'An organisation proposed to another one that their people be compared.'),
  accepted: define('accepted', 'An organisation agreed that its people are compared with those of another one.'),
  ended: define('ended', 'An agreement on matching ended, and what was found under it is gone.'),
  runStarted: define('run-started', 'People of two organisations are to be compared.'),
  runDone: define('run-done', 'People of two organisations were compared.'),
} as const;

export type MatchingNews = keyof typeof matchingEvents;

/** Who agreed with whom. */
export interface Parties {
  id: string;
  proposerId: string;
  accepterId: string;
}

/** One event, and an entry in the audit log of either side; `ofSide` says what only that side is to read. */
export async function tell(tx: CoreTransaction, news: MatchingNews, { id, proposerId, accepterId }: Parties, actorId: string | null, ofSide: (organizationId: string) => Record<string, unknown> = () => ({})): Promise<void> {
  const definition = matchingEvents[news];
  await appendAudits(tx.sql, [proposerId, accepterId].map((organizationId) => ({ actorId, action: definition.name, entityType: 'MatchingAgreement', entityId: id, organizationId, payload: { proposerId, accepterId, ...ofSide(organizationId) } })));
  await appendEvent(tx.sql, { definition, aggregateType: 'MatchingAgreement', aggregateId: id, payload: { agreementId: id, proposerId, accepterId } });
}
