import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import { BadInputError } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import type { AuditAnchor as AnchorRow, AuditCheckpoint as CheckpointRow, AuditEntry as AuditRow, AuditLeaf as LeafRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase } from '../database';
import { PERSONAL_DATA_READ } from '../protected-data';
import type { AuditFilter } from './audit.type';

export type { AnchorRow, AuditRow, CheckpointRow, LeafRow };

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

  /** Entries that the caller may see. */
  find(principal: Principal, ids: readonly string[]): Promise<AuditRow[]> {
    return this.database.auditEntry.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  leaves(entryIds: readonly string[]): Promise<LeafRow[]> {
    return this.database.auditLeaf.findMany({ where: { entryId: { in: [...entryIds] } } });
  }

  /** The newest checkpoint of at least so many leaves, or the one of exactly so many. */
  checkpoint(treeSize: number | null): Promise<CheckpointRow | null> {
    if (treeSize !== null) return this.database.auditCheckpoint.findUnique({ where: { treeSize: BigInt(treeSize) } });
    return this.database.auditCheckpoint.findFirst({ orderBy: { treeSize: 'desc' } });
  }

  /** Newest first. */
  checkpoints(page: PageRequest): Promise<CheckpointRow[]> {
    const after = page.after === null ? {} : { treeSize: { lt: sequence(page.after) } };
    return this.database.auditCheckpoint.findMany({ where: after, orderBy: { treeSize: 'desc' }, take: page.first + 1 });
  }

  anchors(treeSizes: readonly bigint[]): Promise<AnchorRow[]> {
    return this.database.auditAnchor.findMany({ where: { treeSize: { in: [...treeSizes] } }, orderBy: { anchoredAt: 'asc' } });
  }

  async verifierKeys(): Promise<string[]> {
    return (await this.database.auditKey.findMany({ orderBy: [{ firstUsedAt: 'asc' }, { verifierKey: 'asc' }] })).map(({ verifierKey }) => verifierKey);
  }
}

/** The organisation's entries; someone whose role holds in projects only sees those of their projects. */
function visibleTo(principal: Principal): Prisma.AuditEntryWhereInput {
  const organizationId = principal.organizationId ?? NONE;
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
    ...(filter.correlationId ? { correlationId: filter.correlationId } : {}),
    ...(filter.from || filter.to ? { occurredAt: { ...(filter.from ? { gte: filter.from } : {}), ...(filter.to ? { lt: filter.to } : {}) } } : {}),
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
