import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { SqlTransaction } from '#kernel/db';
import { fromPrisma } from '#kernel/db';
import { ForbiddenError, parseInput } from '#kernel/errors';
import { auditEntrySchema, wireEventSchema, type AuditEntry, type EventEnvelope } from '#kernel/events';
import { callerOf, only } from '#kernel/http';
import { identity, projectOf } from '#kernel/tls';
import type { CoreDatabase } from '../database';

const batchSchema = z.object({
  events: z.array(wireEventSchema).max(1000),
  audit: z.array(auditEntrySchema).max(1000),
});

/**
 * `POST /internal/ingest`: takes over events and audit entries of project services and of the chain room, once for each id.
 * A project service may speak only for its own project; its certificate says which that is.
 */
export function mountIngest(server: FastifyInstance, database: CoreDatabase): void {
  const guard = only('spiffe://rahat/project/*', identity.chain);
  server.post('/internal/ingest', { preHandler: guard }, async (request) => {
    const { events, audit } = parseInput(batchSchema, request.body, 'body');
    const projectId = projectOf(callerOf(request) ?? '');
    if (projectId) assertOwn(projectId, [...events, ...audit], events);
    await database.$transaction(async (models) => {
      const tx = fromPrisma(models);
      await takeEvents(tx, events);
      await takeAudit(tx, audit);
    });
    return { acknowledged: [...events, ...audit].map(({ id }) => id) };
  });
}

function assertOwn(projectId: string, items: ReadonlyArray<{ projectId: string | null }>, events: readonly EventEnvelope[]): void {
  const foreign = items.some((item) => item.projectId !== projectId);
  // `project.created` and its like are core's own words; a service's names have its type in the middle.
  const forged = events.some((event) => !/^project\.[a-z0-9]+\.[a-z0-9-]+$/.test(event.name));
  if (foreign || forged) throw new ForbiddenError();
}

async function takeEvents(tx: SqlTransaction, events: readonly EventEnvelope[]): Promise<void> {
  await tx.execute(
    `INSERT INTO outbox_event (id, name, version, project_id, aggregate_type, aggregate_id, occurred_at, correlation_id, payload)
     SELECT e.id, e.name, e.version, e."projectId", e."aggregateType", e."aggregateId", e."occurredAt", e."correlationId", e.payload
     FROM jsonb_to_recordset($1::jsonb) AS e(id uuid, name text, version int, "projectId" uuid, "aggregateType" text, "aggregateId" text,
       "occurredAt" timestamptz, "correlationId" text, payload jsonb)
     ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(events)],
  );
}

async function takeAudit(tx: SqlTransaction, entries: readonly AuditEntry[]): Promise<void> {
  // The organisation is ours to know, not the service's to say.
  await tx.execute(
    `INSERT INTO audit_entry (id, occurred_at, actor_type, actor_id, action, entity_type, entity_id, organization_id, project_id, correlation_id, ip, payload)
     SELECT e.id, e."occurredAt", e."actorType", e."actorId", e.action, e."entityType", e."entityId", p.organization_id, e."projectId", e."correlationId", e.ip, e.payload
     FROM jsonb_to_recordset($1::jsonb) AS e(id uuid, "occurredAt" timestamptz, "actorType" text, "actorId" text, action text, "entityType" text,
       "entityId" text, "projectId" uuid, "correlationId" text, ip text, payload jsonb)
     LEFT JOIN project p ON p.id = e."projectId"
     WHERE NOT EXISTS (SELECT FROM audit_entry known WHERE known.id = e.id)
     ON CONFLICT (id, occurred_at) DO NOTHING`,
    [JSON.stringify(entries)],
  );
}
