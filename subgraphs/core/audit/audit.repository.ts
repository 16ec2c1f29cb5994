import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import { BadInputError } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import type { AuditEntry as AuditRow, Prisma } from '../../../generated/prisma/core/client';
import type { CoreDatabase } from '../database';
import { PERSONAL_DATA_READ } from '../protected-data';
import type { AuditFilter } from './audit.type';

export type { AuditRow };

export class AuditRepository {
  constructor(private readonly database: CoreDatabase) {}

  /** Newest first, by keyset: the last page costs as much as the first. */
  list(principal: Principal, filter: AuditFilter, page: PageRequest): Promise<AuditRow[]> {
    return this.database.auditEntry.findMany({
      where: { AND: [visibleTo(principal), matching(filter), page.after === null ? {} : { seq: { lt: sequence(page.after) } }] },
      orderBy: { seq: 'desc' },
      take: page.first + 1,
    });
  }
}

/** The organisation's entries; someone whose role holds in projects only sees those of their projects. */
function visibleTo(principal: Principal): Prisma.AuditEntryWhereInput {
  const organizationId = principal.organizationId ?? '00000000-0000-0000-0000-000000000000';
  if (holds(principal, 'audit:read')) return { organizationId };
  const projects = Object.keys(principal.projectPermissions).filter((id) => holds(principal, 'audit:read', id));
  return { organizationId, projectId: { in: projects } };
}

function matching(filter: AuditFilter): Prisma.AuditEntryWhereInput {
  if (filter.projectId && !isId(filter.projectId)) return { id: { in: [] } };
  return {
    ...(filter.entityType ? { entityType: filter.entityType } : {}),
    ...(filter.entityId ? about(filter.entityId) : {}),
    ...(filter.actorId ? { actorId: filter.actorId } : {}),
    ...(filter.action ? { action: filter.action } : {}),
    ...(filter.projectId ? { projectId: filter.projectId } : {}),
    occurredAt: { ...(filter.from ? { gte: filter.from } : {}), ...(filter.to ? { lt: filter.to } : {}) },
  };
}

/** What was done to the thing, and who has read the personal data of the person. */
function about(entityId: string): Prisma.AuditEntryWhereInput {
  const reads = { action: PERSONAL_DATA_READ, payload: { path: ['beneficiaryIds'], array_contains: [entityId] } };
  return isId(entityId) ? { OR: [{ entityId }, reads] } : { entityId };
}

function sequence(key: string): bigint {
  if (!/^\d{1,18}$/.test(key)) throw new BadInputError('after', 'is not a cursor of this list');
  return BigInt(key);
}
