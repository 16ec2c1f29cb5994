import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Device as DeviceRow, DeviceEnrollment as EnrollmentRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { inArea, scopeOf } from '../scope';

export type { DeviceRow, EnrollmentRow };

export interface DeviceListFilter {
  status?: DeviceRow['status'] | null | undefined;
  vendorId?: string | null | undefined;
  userId?: string | null | undefined;
}

/**
 * The organisation's devices; those of vendors in the projects and areas in which the caller holds the permission, and of users who work in
 * those projects. Users lie in no area.
 */
function visibleTo(principal: Principal): Prisma.DeviceWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, 'device:write');
  if (everywhere) return { organizationId };
  const inProjects = [{ vendor: { assignments: { some: { projectId: { in: [...projects] } } } } }, { user: { assignments: { some: { projectId: { in: [...projects] } } } } }];
  const inAreas = areas.map(({ projectId, area }) => ({ vendor: { ...inArea(area), ...(projectId === null ? {} : { assignments: { some: { projectId } } }) } }));
  return { organizationId, OR: [...inProjects, ...inAreas] };
}

/** Devices that the caller holds, or whose vendor they act for. */
function heldBy(principal: Principal): Prisma.DeviceWhereInput {
  const subject = isId(principal.subject) ? principal.subject : NONE;
  return { organizationId: principal.organizationId ?? NONE, OR: [{ userId: subject }, { vendor: { ownerUserId: subject } }] };
}

/** The only user of Prisma for devices. Every method that serves a caller is narrowed to what the caller may see. */
export class DeviceRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<DeviceRow[]> {
    return this.database.device.findMany({ where: { OR: [visibleTo(principal), heldBy(principal)], AND: [{ id: { in: ids.filter(isId) } }] } });
  }

  list(principal: Principal, { status, vendorId, userId }: DeviceListFilter, page: PageRequest): Promise<DeviceRow[]> {
    const known = (id: string): string => (isId(id) ? id : NONE);
    return this.database.device.findMany({
      where: {
        AND: [
          visibleTo(principal),
          status ? { status } : {},
          vendorId ? { vendorId: known(vendorId) } : {},
          userId ? { userId: known(userId) } : {},
          page.after === null ? {} : { id: { gt: known(page.after) } },
        ],
      },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  held(principal: Principal): Promise<DeviceRow[]> {
    return this.database.device.findMany({ where: heldBy(principal), orderBy: { id: 'asc' }, take: 100 });
  }

  async keyIsKnown(tx: CoreTransaction, publicKey: Uint8Array): Promise<boolean> {
    return (await tx.models.device.count({ where: { publicKey: new Uint8Array(publicKey) } })) > 0;
  }

  async begin(tx: CoreTransaction, row: Prisma.DeviceEnrollmentUncheckedCreateInput): Promise<void> {
    // Whoever begins again and again leaves nothing behind.
    await tx.models.deviceEnrollment.deleteMany({ where: { userId: row.userId, deviceId: null, expiresAt: { lt: new Date() } } });
    await tx.models.deviceEnrollment.create({ data: row });
  }

  enrollment(id: string): Promise<EnrollmentRow | null> {
    return this.database.deviceEnrollment.findUnique({ where: { id } });
  }

  /** The enrolment that this user began, kept from others until the transaction ends. */
  async lockEnrollment(tx: CoreTransaction, id: string, userId: string): Promise<EnrollmentRow | null> {
    if (!isId(id) || !isId(userId)) return null;
    await tx.sql.query('SELECT id FROM device_enrollment WHERE id = $1::uuid FOR UPDATE', [id]);
    return tx.models.deviceEnrollment.findFirst({ where: { id, userId } });
  }

  async insert(tx: CoreTransaction, row: Prisma.DeviceUncheckedCreateInput, enrollmentId: string): Promise<void> {
    await tx.models.device.create({ data: row });
    await tx.models.deviceEnrollment.update({ where: { id: enrollmentId }, data: { deviceId: row.id } });
  }

  /** Reads a device that the caller may see and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<(DeviceRow & { vendor: { areaCode: string | null; ownerUserId: string | null } | null }) | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM device WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.device.findFirst({
      where: { OR: [visibleTo(principal), heldBy(principal)], AND: [{ id }] },
      include: { vendor: { select: { areaCode: true, ownerUserId: true } } },
    });
  }

  /** The device of this field worker, and whether they are still active; nothing else is sent from it until the transaction ends. */
  async lockOwn(tx: CoreTransaction, principal: Principal, id: string): Promise<{ device: DeviceRow; active: boolean } | null> {
    if (!isId(id) || !isId(principal.subject)) return null;
    await tx.sql.query('SELECT id FROM device WHERE id = $1::uuid AND user_id = $2::uuid FOR UPDATE', [id, principal.subject]);
    const found = await tx.models.device.findFirst({
      where: { id, userId: principal.subject, organizationId: principal.organizationId ?? NONE },
      include: { user: { select: { status: true } } },
    });
    if (!found) return null;
    const { user, ...device } = found;
    return { device, active: user?.status === 'ACTIVE' };
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.DeviceUncheckedUpdateInput): Promise<void> {
    await tx.models.device.update({ where: { id }, data: change });
  }
}
