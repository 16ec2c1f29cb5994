import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type Vendor as VendorRow } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { VendorRow };

export interface VendorListFilter {
  status?: VendorRow['status'] | null | undefined;
  search?: string | null | undefined;
}

const NONE = '00000000-0000-0000-0000-000000000000';

/** The organisation's vendors, or those assigned to the projects in which the caller holds the permission. */
function visibleTo(principal: Principal): Prisma.VendorWhereInput {
  const organizationId = principal.organizationId ?? NONE;
  if (holds(principal, 'vendor:read')) return { organizationId };
  const projects = Object.keys(principal.projectPermissions).filter((id) => holds(principal, 'vendor:read', id));
  return { organizationId, assignments: { some: { projectId: { in: projects } } } };
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

  /** Reads a vendor of the organisation and keeps others from changing it until the transaction ends. */
  async lock(tx: CoreTransaction, organizationId: string, id: string): Promise<VendorRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM vendor WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, organizationId]);
    return tx.models.vendor.findFirst({ where: { id, organizationId } });
  }

  async setStatus(tx: CoreTransaction, id: string, status: VendorRow['status']): Promise<void> {
    await tx.models.vendor.update({ where: { id }, data: { status } });
  }
}

// Prisma hands the text to ILIKE as it is: there, `%` and `_` would match anything.
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
