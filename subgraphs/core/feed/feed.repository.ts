import type { SqlTransaction } from '#kernel/db';
import type { FeedEvent } from './feed-event';

/** What stands after a position. `gap`: some of it is no longer retained, or the position is not of this feed. */
export interface FeedPage {
  gap: boolean;
  events: FeedEvent[];
}

type EventRow = Omit<FeedEvent, 'occurredAt'> & { occurredAt: Date };
type PageRow = EventRow & { gap: boolean; id: string | null };

const COLUMNS = `id, position::text AS position, name, version, project_id AS "projectId", aggregate_type AS "aggregateType",
  aggregate_id AS "aggregateId", occurred_at AS "occurredAt"`;

/**
 * The feed: published events of `outbox_event` in the order of their positions. `feed_state` holds the newest position and the last
 * one that is gone, both growing for ever, also when no event is left.
 */
export class FeedRepository {
  constructor(private readonly sql: SqlTransaction) {}

  /**
   * Marks events as published and gives them their positions, in the order given. Whoever wants positions waits here for the row of
   * `feed_state` until the one before has committed: a reader that has seen a position never meets a smaller one later.
   */
  async publish(tx: SqlTransaction, ids: readonly string[]): Promise<void> {
    await tx.execute(
      `WITH state AS (UPDATE feed_state SET newest = newest + cardinality($1::uuid[]) RETURNING newest - cardinality($1::uuid[]) AS before)
       UPDATE outbox_event e SET published_at = now(), position = state.before + given.place
       FROM state, unnest($1::uuid[]) WITH ORDINALITY AS given(id, place) WHERE e.id = given.id`,
      [ids],
    );
  }

  async newest(): Promise<string> {
    const [state] = await this.sql.query<{ newest: string }>('SELECT newest::text AS newest FROM feed_state', []);
    return state?.newest ?? '0';
  }

  /** Up to `limit` events after a position. One statement: pruning cannot come between the look for a gap and the reading. */
  async after(position: string, limit: number): Promise<FeedPage> {
    const rows = await this.sql.query<PageRow>(
      `SELECT s.newest < $1::bigint OR s.pruned > $1::bigint AS gap, e.*
       FROM feed_state s LEFT JOIN LATERAL (
         SELECT ${COLUMNS} FROM outbox_event WHERE outbox_event.position > $1::bigint ORDER BY outbox_event.position LIMIT $2
       ) e ON true ORDER BY e.position::bigint`,
      [position, limit],
    );
    return { gap: rows[0]?.gap ?? true, events: rows.filter(({ id }) => id !== null).map(toFeedEvent) };
  }

  /** A published event that is still retained. */
  async find(id: string): Promise<FeedEvent | null> {
    const [row] = await this.sql.query<EventRow>(`SELECT ${COLUMNS} FROM outbox_event WHERE id = $1::uuid AND position IS NOT NULL`, [id]);
    return row ? toFeedEvent(row) : null;
  }

  /**
   * Deletes up to `limit` of the oldest events, those published before a time. @returns how many.
   *
   * Ingest knows an event that comes twice by its row here. A service sends one again only until core's answer has reached it, at
   * intervals of seconds, so that after days nothing of its batch can still be on the way. Should one come again all the same (a
   * service restored from an old backup), it is one more delivery: subscribers of core know it by `inbox_event`, which is not pruned.
   */
  async prune(before: Date, limit: number): Promise<number> {
    // The oldest positions, and only of those the expired: without looking through all that is retained.
    const [pruned] = await this.sql.query<{ gone: number }>(
      `WITH oldest AS (SELECT id, published_at FROM outbox_event WHERE position IS NOT NULL ORDER BY position LIMIT $2),
         gone AS (DELETE FROM outbox_event e USING oldest o WHERE e.id = o.id AND o.published_at < $1 RETURNING e.position),
         state AS (UPDATE feed_state SET pruned = greatest(pruned, (SELECT max(position) FROM gone)) WHERE EXISTS (SELECT FROM gone))
       SELECT count(*)::int AS gone FROM gone`,
      [before, limit],
    );
    return pruned?.gone ?? 0;
  }
}

function toFeedEvent({ occurredAt, position, id, name, version, projectId, aggregateType, aggregateId }: EventRow): FeedEvent {
  return { position, id, name, version, projectId, aggregateType, aggregateId, occurredAt: occurredAt.toISOString() };
}
