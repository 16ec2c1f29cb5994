import type { z } from 'zod';
import { newId, type SqlTransaction } from '#kernel/db';
import { currentRequest } from '#kernel/telemetry';
import type { EventDefinition } from './catalogue';

/** An event about to be written. */
export interface NewEvent<S extends z.ZodType> {
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
  const id = newId();
  await tx.execute(
    `INSERT INTO outbox_event (id, name, version, project_id, aggregate_type, aggregate_id, correlation_id, payload)
     VALUES ($1::uuid, $2, $3, $4::uuid, $5, $6, $7, $8::jsonb)`,
    [
      id,
      event.definition.name,
      event.definition.version,
      event.projectId ?? null,
      event.aggregateType,
      event.aggregateId,
      currentRequest()?.requestId ?? id,
      JSON.stringify(event.definition.payload.parse(event.payload)),
    ],
  );
  return id;
}
