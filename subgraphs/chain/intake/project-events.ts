import { z } from 'zod';
import { inTransaction, type Pool } from '#kernel/db';
import { parseInput } from '#kernel/errors';
import { applyOnce, wireEventSchema, type EventEnvelope } from '#kernel/events';
import { only, type InternalServer } from '#kernel/http';
import { runWithin } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import { queueContract } from '../sending';

const batchSchema = z.object({ events: z.array(wireEventSchema).max(1000) });
/** What we need of the facts that every event of a project carries. */
const factsSchema = z.object({ status: z.string(), budgetMinor: z.string().regex(/^\d{1,18}$/) });

// A draft may still change or be thrown away, and what is over needs no contract any more.
const WITHOUT_CONTRACT = new Set(['DRAFT', 'CLOSING', 'CLOSED', 'ARCHIVED']);
const ABOUT_PROJECT = /^project\.[a-z-]+$/;
const SUBSCRIBER = 'contracts';

export interface IntakeDeps {
  pool: Pool;
  /** Called after events were taken over. */
  onQueued: () => void;
}

/** `POST /internal/events`: takes over news of projects; each that is meant to run gets a contract. Idempotent by event id. */
export function mountProjectEvents(server: InternalServer, { pool, onQueued }: IntakeDeps): void {
  server.post('/internal/events', { preHandler: only(identity.worker) }, async (request) => {
    const { events } = parseInput(batchSchema, request.body, 'body');
    for (const event of events) await runWithin({ requestId: event.correlationId, eventId: event.id }, () => takeOver(pool, event));
    onQueued();
    return { acknowledged: events.map(({ id }) => id) };
  });
}

async function takeOver(pool: Pool, event: EventEnvelope): Promise<void> {
  const { projectId } = event;
  if (projectId === null || !ABOUT_PROJECT.test(event.name)) return;
  const { status, budgetMinor } = parseInput(factsSchema, event.payload, 'payload');
  await inTransaction(pool, async (tx) => {
    await applyOnce(tx, SUBSCRIBER, event.id, async () => {
      if (!WITHOUT_CONTRACT.has(status)) await queueContract(tx, { projectId, budgetMinor });
    });
  });
}
