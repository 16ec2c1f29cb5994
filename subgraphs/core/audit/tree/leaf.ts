import { createHash } from 'node:crypto';
import { leafHash } from './merkle';

/** An entry as its leaf says it. Times are UTC, ISO 8601 with milliseconds. */
export interface LeafEntry {
  id: string;
  occurredAt: Date;
  actorType: string;
  actorId: string;
  action: string;
  entityType: string;
  entityId: string;
  organizationId: string | null;
  projectId: string | null;
  correlationId: string;
  ip: string | null;
  payload: unknown;
}

/** The columns of {@link LeafEntry}, of the row `e` of audit_entry. */
export const LEAF_COLUMNS = `e.id, e.occurred_at AS "occurredAt", e.actor_type AS "actorType", e.actor_id AS "actorId", e.action, e.entity_type AS "entityType", e.entity_id AS "entityId",
  e.organization_id AS "organizationId", e.project_id AS "projectId", e.correlation_id AS "correlationId", e.ip, e.payload`;

/** SHA-256 of the payload in canonical JSON, hexadecimal: with it an entry can be shown to be in the log without its payload. */
export function payloadHash(payload: unknown): string {
  return createHash('sha256').update(canonicalJson(payload)).digest('hex');
}

/** What the leaf of an entry says: canonical JSON, the payload by its hash. */
export function leafText({ occurredAt, payload, ...entry }: LeafEntry): string {
  const { id, actorType, actorId, action, entityType, entityId, organizationId, projectId, correlationId, ip } = entry;
  return canonicalJson({ id, occurredAt: occurredAt.toISOString(), actorType, actorId, action, entityType, entityId, organizationId, projectId, correlationId, ip, payloadHash: payloadHash(payload) });
}

export function leafHashOf(entry: LeafEntry): Buffer {
  return leafHash(leafText(entry));
}

/**
 * JSON in one form (RFC 8785): names sorted by their UTF-16 code units, no blanks; numbers and texts as JSON.stringify writes them, which is where the RFC
 * took them from.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
