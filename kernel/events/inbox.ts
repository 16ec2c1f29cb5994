import type { SqlTransaction } from '#kernel/db';

/**
 * Applies an event once for each subscriber: the mark and the effect commit together.
 * Table: `inbox_event(subscriber, event_id)`.
 * @returns false when it had been applied before.
 */
export async function applyOnce(tx: SqlTransaction, subscriber: string, eventId: string, effect: () => Promise<void>): Promise<boolean> {
  const inserted = await tx.execute(
    'INSERT INTO inbox_event (subscriber, event_id) VALUES ($1, $2::uuid) ON CONFLICT DO NOTHING',
    [subscriber, eventId],
  );
  if (inserted === 0) return false;
  await effect();
  return true;
}
