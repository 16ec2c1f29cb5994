import { holdsSomewhere, type Principal } from '#kernel/auth';
import { fromPrisma, isId } from '#kernel/db';
import { appendAudit } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { currentRequest } from '#kernel/telemetry';
import { Prisma, type Vendor as VendorRow, type VendorPii as VendorPiiRow, type VendorStep as VendorStepRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { Sealed } from '../protected-data';
import { inArea, scopeOf } from '../scope';
import { nearOf, type Near } from './location';
import type { VendorListFilter } from './vendor.inputs';
import { VendorOrder } from './vendor.type';

export type { VendorPiiRow, VendorRow, VendorStepRow };

/** The action of audit entries that say whose contacts were shown, to whom and for what. */
const CONTACTS_READ = 'vendor.personal-data-read';

/** Steps of one vendor that are shown. */
const MAX_STEPS = 200;

/** The organisation's vendors, or those of the projects and areas in which the caller holds the permission. */
function visibleTo(principal: Principal, permission = 'vendor:read'): Prisma.VendorWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, permission);
  if (everywhere) return { organizationId };
  const inProjects = { assignments: { some: { projectId: { in: [...projects] } } } };
  const inAreas = areas.map(({ projectId, area }) => ({ ...inArea(area), ...(projectId === null ? {} : { assignments: { some: { projectId } } }) }));
  return { organizationId, OR: [inProjects, ...inAreas] };
}

/** Vendors for whom the caller acts, whatever else they hold. */
function ownedBy(principal: Principal): Prisma.VendorWhereInput {
  return { organizationId: principal.organizationId ?? NONE, ownerUserId: isId(principal.subject) ? principal.subject : NONE };
}

/** The only user of Prisma for vendors. Every method that serves a caller is narrowed to what the caller may see. */
export class VendorRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<VendorRow[]> {
    return this.database.vendor.findMany({ where: { OR: [visibleTo(principal), ownedBy(principal)], AND: [{ id: { in: ids.filter(isId) } }] } });
  }

  /** Sealed contacts of those whose contacts the caller may read; the others are missing from the answer. Whose they are and for what is recorded first. */
  async findPii(principal: Principal, vendorIds: readonly string[], purpose: string | null): Promise<VendorPiiRow[]> {
    const readable = holdsSomewhere(principal, 'vendor:read-pii') ? [visibleTo(principal, 'vendor:read-pii')] : [];
    const rows = await this.database.vendorPii.findMany({ where: { vendorId: { in: vendorIds.filter(isId) }, vendor: { OR: [...readable, ownedBy(principal)] } } });
    const payload = { purpose: purpose ?? 'unstated', vendorIds: rows.map(({ vendorId }) => vendorId) };
    const entry = { actorId: principal.subject, action: CONTACTS_READ, entityType: 'PersonalData', entityId: currentRequest()?.requestId ?? 'unknown', organizationId: principal.organizationId, payload };
    if (rows.length > 0) await appendAudit(fromPrisma(this.database), entry);
    return rows;
  }

  /** The steps of vendors that the caller has been shown, in order. */
  steps(vendorIds: readonly string[]): Promise<VendorStepRow[]> {
    return this.database.vendorStep.findMany({ where: { vendorId: { in: [...vendorIds] } }, orderBy: { id: 'asc' }, take: MAX_STEPS * vendorIds.length });
  }

  /** By keyset, whatever the order: the last page costs as much as the first. */
  async list(principal: Principal, filter: VendorListFilter, { order, page }: { order: VendorOrder; page: PageRequest }): Promise<VendorRow[]> {
    return this.database.vendor.findMany({
      where: { AND: [visibleTo(principal), ...matching(principal, filter), await this.near(principal, filter.near), await this.beyond(principal, order, page.after)] },
      orderBy: order === VendorOrder.NAME ? [{ name: 'asc' }, { id: 'asc' }] : { id: order === VendorOrder.NEWEST_FIRST ? 'desc' : 'asc' },
      take: page.first + 1,
    });
  }

  owned(principal: Principal): Promise<VendorRow[]> {
    return this.database.vendor.findMany({ where: ownedBy(principal), orderBy: { id: 'asc' }, take: 100 });
  }

  private async near({ organizationId }: Principal, near: Near | null | undefined): Promise<Prisma.VendorWhereInput> {
    if (!near) return {};
    const rows = await this.database.$queryRaw<Array<{ id: string }>>(nearOf(organizationId ?? NONE, near));
    return { id: { in: rows.map(({ id }) => id) } };
  }

  private async beyond(principal: Principal, order: VendorOrder, after: string | null): Promise<Prisma.VendorWhereInput> {
    if (after === null) return {};
    const id = isId(after) ? after : NONE;
    if (order !== VendorOrder.NAME) return { id: order === VendorOrder.NEWEST_FIRST ? { lt: id } : { gt: id } };
    // The cursor holds the id: names are longer than cursors may be. They are unique in the organisation.
    const [last] = await this.database.vendor.findMany({ where: { AND: [visibleTo(principal), { id }] }, select: { name: true } });
    return last ? { name: { gt: last.name } } : { id: NONE };
  }

  async insert(tx: CoreTransaction, vendor: Prisma.VendorUncheckedCreateInput): Promise<void> {
    await tx.models.vendor.create({ data: vendor });
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.VendorUncheckedUpdateInput): Promise<void> {
    await tx.models.vendor.update({ where: { id }, data: change });
  }

  async pii(tx: CoreTransaction, vendorId: string): Promise<VendorPiiRow | null> {
    return tx.models.vendorPii.findUnique({ where: { vendorId } });
  }

  async keepPii(tx: CoreTransaction, vendorId: string, { ciphertext, wrappedKey, keyVersion }: Sealed): Promise<void> {
    const sealed = { ciphertext: new Uint8Array(ciphertext), wrappedKey: new Uint8Array(wrappedKey), keyVersion };
    await tx.models.vendorPii.upsert({ where: { vendorId }, create: { vendorId, ...sealed }, update: sealed });
  }

  async addStep(tx: CoreTransaction, step: Prisma.VendorStepUncheckedCreateInput): Promise<void> {
    await tx.models.vendorStep.create({ data: step });
  }

  /** Reads a vendor whom the caller may see and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<VendorRow | null> {
    if (!isId(id)) return null;
    // Only within the organisation: nobody holds up the work of another one.
    await tx.sql.query('SELECT id FROM vendor WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.vendor.findFirst({ where: { AND: [visibleTo(principal), { id }] } });
  }

  /** Whether somebody may act for vendors: an active user of the organisation. */
  async mayOwn(tx: CoreTransaction, organizationId: string, userId: string): Promise<boolean> {
    return (await tx.models.user.count({ where: { id: userId, organizationId, status: 'ACTIVE' } })) === 1;
  }
}

function matching(principal: Principal, { status, search, areaCode, projectId, ownerUserId }: VendorListFilter): Prisma.VendorWhereInput[] {
  const known = (id: string): string => (isId(id) ? id : NONE);
  const { everywhere, projects, areas } = scopeOf(principal, 'vendor:read');
  // Whoever sees vendors of one project only does not learn here who works in another.
  const tellable = (id: string): string => (everywhere || projects.includes(id) || areas.some((grant) => grant.projectId === null || grant.projectId === id) ? known(id) : NONE);
  return [
    status ? { status } : {},
    search ? { name: { contains: literal(search), mode: 'insensitive' } } : {},
    areaCode ? inArea(areaCode) : {},
    projectId ? { assignments: { some: { projectId: tellable(projectId) } } } : {},
    ownerUserId ? { ownerUserId: known(ownerUserId) } : {},
  ];
}

// Prisma hands the text to ILIKE as it is: there, `%` and `_` would match anything.
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
