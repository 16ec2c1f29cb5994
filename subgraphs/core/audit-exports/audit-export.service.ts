import { holds, type Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import { ForbiddenError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { auditExportEvents } from './audit-export.events';
import type { AuditExportRepository, AuditExportRow } from './audit-export.repository';
import { exportAuditLogSchema } from './audit-export.type';

/** Use cases of exports of the audit log. The file is made by the worker, in the name of who asked. */
export class AuditExportService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: AuditExportRepository,
  ) {}

  list(principal: Principal, page: PageRequest): Promise<AuditExportRow[]> {
    return this.repository.list(principal, page);
  }

  /** @throws AppError BAD_USER_INPUT, FORBIDDEN (also for API keys: a file is made in the name of somebody whose rights can be looked up then). */
  async start(principal: Principal, raw: unknown, key: string): Promise<string> {
    const { from = null, to = null, projectId = null, knownSizes } = parseInput(exportAuditLogSchema, raw);
    if (!isId(principal.subject) || !mayExport(principal, projectId ?? null)) throw new ForbiddenError('audit:read');
    const input = { from: from ?? null, to: to ?? null, projectId: projectId ?? null, knownSizes: [...new Set(knownSizes ?? [])].sort((a, b) => a - b) };
    return change(this.database, principal, { operation: 'exportAuditLog', key, request: input }, async (tx, organizationId) => {
      const id = newId();
      await this.repository.insert(tx, { id, organizationId, ...input, knownSizes: input.knownSizes.map(BigInt), createdById: principal.subject });
      await tell(tx, 'started', { id, organizationId }, principal.subject, { ...input, from: input.from?.toISOString() ?? null, to: input.to?.toISOString() ?? null });
      return id;
    });
  }
}

/** The whole log of the organisation, or that of a project in which it may be read. */
export function mayExport(principal: Principal, projectId: string | null): boolean {
  return projectId === null ? holds(principal, 'audit:read') : holds(principal, 'audit:read', projectId);
}

/** One audit entry and one event in the transaction of the change. */
export async function tell(tx: CoreTransaction, news: keyof typeof auditExportEvents, { id, organizationId }: { id: string; organizationId: string }, actorId: string | null, payload: Record<string, unknown>): Promise<void> {
  const definition = auditExportEvents[news];
  await appendAudit(tx.sql, { actorId, action: definition.name, entityType: 'AuditExport', entityId: id, organizationId, payload });
  await appendEvent(tx.sql, { definition, aggregateType: 'AuditExport', aggregateId: id, payload: { auditExportId: id, organizationId } });
}
