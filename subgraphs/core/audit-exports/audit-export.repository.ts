import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { AuditExport as AuditExportRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { AuditExportRow };

/** The only user of Prisma in this slice. Exports are for who asked for them; who may read the whole log sees that they were made. */
export class AuditExportRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<AuditExportRow[]> {
    return this.database.auditExport.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** Newest first. */
  list(principal: Principal, page: PageRequest): Promise<AuditExportRow[]> {
    const after = page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } };
    return this.database.auditExport.findMany({ where: { AND: [visibleTo(principal), after] }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  find(id: string): Promise<AuditExportRow | null> {
    return this.database.auditExport.findUnique({ where: { id } });
  }

  async insert(tx: CoreTransaction, row: Prisma.AuditExportUncheckedCreateInput): Promise<void> {
    await tx.models.auditExport.create({ data: row });
  }

  /** @returns whether it was running, and so has ended by this. */
  async end(tx: CoreTransaction, id: string, change: Prisma.AuditExportUncheckedUpdateManyInput): Promise<boolean> {
    return (await tx.models.auditExport.updateMany({ where: { id, status: 'RUNNING' }, data: { ...change, endedAt: new Date() } })).count === 1;
  }
}

function visibleTo(principal: Principal): Prisma.AuditExportWhereInput {
  const organizationId = principal.organizationId ?? NONE;
  return holds(principal, 'audit:read') ? { organizationId } : { organizationId, createdById: isId(principal.subject) ? principal.subject : NONE };
}
