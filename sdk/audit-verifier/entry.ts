import { hex, utf8 } from './bytes';
import { leafHash } from './merkle';
import { sha256 } from './sha256';

/** An entry of the audit log as it is exported: times are UTC, ISO 8601 with milliseconds. */
export interface AuditEntry {
  id: string;
  occurredAt: string;
  actorType: string;
  actorId: string;
  action: string;
  entityType: string;
  entityId: string;
  organizationId: string | null;
  projectId: string | null;
  correlationId: string;
  ip: string | null;
  /** Left out where only its hash is shown. */
  payload?: unknown;
  payloadHash?: string;
}

/** The hash of the leaf that an entry has in the tree: of its canonical JSON, the payload by its SHA-256. */
export function entryLeafHash({ payload, payloadHash, ...entry }: AuditEntry): Uint8Array {
  const { id, occurredAt, actorType, actorId, action, entityType, entityId, organizationId, projectId, correlationId, ip } = entry;
  const hash = payload === undefined ? payloadHash : hex(sha256(utf8(canonicalJson(payload))));
  return leafHash(canonicalJson({ id, occurredAt, actorType, actorId, action, entityType, entityId, organizationId, projectId, correlationId, ip, payloadHash: hash }));
}

/** JSON in its one canonical form (RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`).join(',')}}`;
}
