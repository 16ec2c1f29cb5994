import type { z } from 'zod';
import { newId, type SqlTransaction } from '#kernel/db';
import { currentRequest } from '#kernel/telemetry';
import type { auditEntrySchema } from './catalogue';

export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** An entry about to be written. `payload` holds ids, statuses and amounts, never personal data. */
export interface NewAuditEntry {
  /** Who did it, as the subject of a principal: a user id or `api-key:<id>`; null for the system itself. */
  actorId: string | null;
  /** `noun.verb` in the past tense, for example `project.paused`. */
  action: string;
  entityType: string;
  entityId: string;
  organizationId: string | null;
  projectId?: string | null;
  payload?: Record<string, unknown>;
}

/** Writes an audit entry in the transaction of the change. Table: `audit_entry`; the service's role may only insert and read it. */
export function appendAudit(tx: SqlTransaction, entry: NewAuditEntry): Promise<void> {
  return appendAudits(tx, [entry]);
}

/** Writes many audit entries in one statement, in the order given. */
export async function appendAudits(tx: SqlTransaction, entries: readonly NewAuditEntry[]): Promise<void> {
  await tx.execute(
    `INSERT INTO audit_entry (id, actor_type, actor_id, action, entity_type, entity_id, organization_id, project_id, correlation_id, ip, payload)
     SELECT id, actor_type, actor_id, action, entity_type, entity_id, organization_id, project_id, correlation_id, ip, payload
     FROM jsonb_to_recordset($1::jsonb) AS e(id uuid, actor_type text, actor_id text, action text, entity_type text, entity_id text,
       organization_id uuid, project_id uuid, correlation_id text, ip text, payload jsonb)`,
    [JSON.stringify(entries.map(toRow))],
  );
}

function toRow(entry: NewAuditEntry): Record<string, unknown> {
  const id = newId();
  return {
    id,
    actor_type: actorTypeOf(entry.actorId),
    actor_id: entry.actorId ?? 'system',
    action: entry.action,
    entity_type: entry.entityType,
    entity_id: entry.entityId,
    organization_id: entry.organizationId,
    project_id: entry.projectId ?? null,
    correlation_id: currentRequest()?.requestId ?? id,
    ip: currentRequest()?.clientAddress ?? null,
    payload: entry.payload ?? {},
  };
}

function actorTypeOf(actorId: string | null): AuditEntry['actorType'] {
  if (actorId === null) return 'SYSTEM';
  return actorId.startsWith('api-key:') ? 'API_KEY' : 'USER';
}
