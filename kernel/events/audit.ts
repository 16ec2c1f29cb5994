import type { z } from 'zod';
import { newId, type SqlTransaction } from '#kernel/db';
import { currentRequest } from '#kernel/telemetry';
import type { auditEntrySchema } from './catalogue';

export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** An entry about to be written. `payload` holds ids, statuses and amounts, never personal data. */
export interface NewAuditEntry {
  /** Who did it; null for the system itself. */
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
export async function appendAudit(tx: SqlTransaction, entry: NewAuditEntry): Promise<void> {
  const id = newId();
  await tx.execute(
    `INSERT INTO audit_entry (id, actor_type, actor_id, action, entity_type, entity_id, organization_id, project_id, correlation_id, payload)
     VALUES ($1::uuid, $2, $3, $4, $5, $6, $7::uuid, $8::uuid, $9, $10::jsonb)`,
    [
      id,
      entry.actorId === null ? 'SYSTEM' : 'USER',
      entry.actorId ?? 'system',
      entry.action,
      entry.entityType,
      entry.entityId,
      entry.organizationId,
      entry.projectId ?? null,
      currentRequest()?.requestId ?? id,
      JSON.stringify(entry.payload ?? {}),
    ],
  );
}
