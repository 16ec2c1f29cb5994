import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type Vendor as VendorRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { inArea, scopeOf } from '../scope';

export type { VendorRow };

export interface VendorListFilter {
  status?: VendorRow['status'] | null | undefined;
  search?: string | null | undefined;
}

/** The organisation's vendors, or those of the projects and areas in which the caller holds the permission. */
function visibleTo(principal: Principal): Prisma.VendorWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, 'vendor:read');
  if (everywhere) return { organizationId };
  const inProjects = { assignments: { some: { projectId: { in: [...projects] } } } };
  const inAreas = areas.map(({ projectId, area }) => ({ ...inArea(area), ...(projectId === null ? {} : { assignments: { some: { projectId } } }) }));
  return { organizationId, OR: [inProjects, ...inAreas] };
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class VendorRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<VendorRow[]> {
    return this.database.vendor.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  list(principal: Principal, filter: VendorListFilter, page: PageRequest): Promise<VendorRow[]> {
    return this.database.vendor.findMany({
      where: {
        AND: [
          visibleTo(principal),
          filter.status ? { status: filter.status } : {},
          filter.search ? { name: { contains: literal(filter.search), mode: 'insensitive' } } : {},
          page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } },
        ],
      },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  async insert(tx: CoreTransaction, vendor: Prisma.VendorUncheckedCreateInput): Promise<void> {
    await tx.models.vendor.create({ data: vendor });
  }

  /** Reads a vendor whom the caller may see and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<VendorRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM vendor WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.vendor.findFirst({ where: { AND: [visibleTo(principal), { id }] } });
  }

  async setStatus(tx: CoreTransaction, id: string, status: VendorRow['status']): Promise<void> {
    await tx.models.vendor.update({ where: { id }, data: { status } });
  }
}

// Prisma hands the text to ILIKE as it is: there, `%` and `_` would match anything.
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
