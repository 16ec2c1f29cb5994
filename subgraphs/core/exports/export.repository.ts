import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Export as ExportRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { ExportRow };

/** An export is for who asked for it; who may export everybody sees that it was made. */
function visibleTo(principal: Principal): Prisma.ExportWhereInput {
  const organizationId = principal.organizationId ?? NONE;
  return holds(principal, 'beneficiary:export') ? { organizationId } : { organizationId, createdById: isId(principal.subject) ? principal.subject : NONE };
}

/** The only user of Prisma in this slice. Methods with a principal are narrowed to what the caller may see. */
export class ExportRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<ExportRow[]> {
    return this.database.export.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** Newest first. */
  list(principal: Principal, page: PageRequest): Promise<ExportRow[]> {
    const after = page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } };
    return this.database.export.findMany({ where: { AND: [visibleTo(principal), after] }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  find(id: string): Promise<ExportRow | null> {
    return this.database.export.findUnique({ where: { id } });
  }

  async insert(tx: CoreTransaction, row: Prisma.ExportUncheckedCreateInput): Promise<void> {
    await tx.models.export.create({ data: row });
  }

  /** @returns whether it was running, and so has ended by this. */
  async end(tx: CoreTransaction, id: string, change: Prisma.ExportUncheckedUpdateManyInput): Promise<boolean> {
    return (await tx.models.export.updateMany({ where: { id, status: 'RUNNING' }, data: { ...change, endedAt: new Date() } })).count === 1;
  }
}
