import type { z } from 'zod';
import { newId, type SqlTransaction } from '#kernel/db';
import { currentRequest } from '#kernel/telemetry';
import type { EventDefinition } from './catalogue';

/** An event about to be written. */
export interface NewEvent<S extends z.ZodType = z.ZodType> {
  definition: EventDefinition<S>;
  projectId?: string;
  aggregateType: string;
  aggregateId: string;
  payload: z.input<S>;
}

/**
 * Writes an event into the outbox in the transaction of the change it tells of. A relay publishes it after the commit.
 * Table: `outbox_event`; a trigger on it wakes the relay (`NOTIFY outbox`).
 * @returns the id of the event.
 */
export async function appendEvent<S extends z.ZodType>(tx: SqlTransaction, event: NewEvent<S>): Promise<string> {
  const [id] = await appendEvents(tx, [event]);
  if (id === undefined) throw new Error('One event has one id.');
  return id;
}

/** Writes many events in one statement, in the order given. @returns their ids in the same order. */
export async function appendEvents(tx: SqlTransaction, events: readonly NewEvent[]): Promise<string[]> {
  const rows = events.map(toRow);
  await tx.execute(
    `INSERT INTO outbox_event (id, name, version, project_id, aggregate_type, aggregate_id, correlation_id, payload)
     SELECT id, name, version, project_id, aggregate_type, aggregate_id, correlation_id, payload
     FROM jsonb_to_recordset($1::jsonb) AS e(id uuid, name text, version int, project_id uuid, aggregate_type text, aggregate_id text,
       correlation_id text, payload jsonb)`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ id }) => id);
}

function toRow(event: NewEvent): { id: string } & Record<string, unknown> {
  const id = newId();
  return {
    id,
    name: event.definition.name,
    version: event.definition.version,
    project_id: event.projectId ?? null,
    aggregate_type: event.aggregateType,
    aggregate_id: event.aggregateId,
    correlation_id: currentRequest()?.requestId ?? id,
    payload: event.definition.payload.parse(event.payload),
  };
}
