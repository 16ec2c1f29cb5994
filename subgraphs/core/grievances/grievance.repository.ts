import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Grievance as GrievanceRow, GrievanceStep as GrievanceStepRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { inArea, scopeOf } from '../scope';
import type { ListFilter } from './grievance.inputs';

export type { GrievanceRow, GrievanceStepRow };

/** Steps of one grievance that are shown; the first and the newest ones of the few that have more. */
const MAX_STEPS = 500;

/** As far as the caller holds a permission: in the organisation, in projects, or in areas. Who takes care of a grievance may always see it. */
function visibleTo(principal: Principal, permission = 'grievance:read'): Prisma.GrievanceWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, permission);
  if (everywhere) return { organizationId };
  const inAreas = areas.map(({ projectId, area }) => ({ ...inArea(area), ...(projectId === null ? {} : { projectId }) }));
  return { organizationId, OR: [{ projectId: { in: [...projects] } }, ...inAreas] };
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class GrievanceRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<GrievanceRow[]> {
    return this.database.grievance.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** By keyset over the id: the last page costs as much as the first. */
  list(principal: Principal, filter: ListFilter, page: PageRequest): Promise<GrievanceRow[]> {
    return this.database.grievance.findMany({
      where: { AND: [visibleTo(principal), matching(filter), page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } }] },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  /** Steps of grievances that the caller has been shown, in order. */
  steps(grievanceIds: readonly string[]): Promise<GrievanceStepRow[]> {
    return this.database.grievanceStep.findMany({ where: { grievanceId: { in: [...grievanceIds] } }, orderBy: { id: 'asc' }, take: MAX_STEPS * grievanceIds.length });
  }

  async insert(tx: CoreTransaction, row: Prisma.GrievanceUncheckedCreateInput): Promise<void> {
    await tx.models.grievance.create({ data: row });
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.GrievanceUncheckedUpdateInput): Promise<void> {
    await tx.models.grievance.update({ where: { id }, data: change });
  }

  async addStep(tx: CoreTransaction, row: Prisma.GrievanceStepUncheckedCreateInput): Promise<void> {
    await tx.models.grievanceStep.create({ data: row });
  }

  /** Reads a grievance that the caller may change and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<GrievanceRow | null> {
    if (!isId(id)) return null;
    // Only within the organisation: nobody holds up the work of another one.
    await tx.sql.query('SELECT id FROM grievance WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.grievance.findFirst({ where: { AND: [visibleTo(principal, 'grievance:write'), { id }] } });
  }

  /** Takes away what was said about a person, or by them; that something was, stays. */
  async forgetWords(tx: CoreTransaction, beneficiaryId: string): Promise<void> {
    await tx.models.grievanceStep.updateMany({ where: { grievance: { beneficiaryId } }, data: { ciphertext: null, wrappedKey: null, keyVersion: null } });
  }

  /** Whether grievances may be given to this user. */
  async mayTakeCare(tx: CoreTransaction, organizationId: string, userId: string): Promise<boolean> {
    return (await tx.models.user.count({ where: { id: userId, organizationId, status: 'ACTIVE' } })) === 1;
  }
}

function matching({ statuses, priority, type, projectId, beneficiaryId, assigneeId }: ListFilter): Prisma.GrievanceWhereInput {
  const about = (id: string): string => (isId(id) ? id : NONE);
  return {
    ...(statuses ? { status: { in: statuses } } : {}),
    ...(priority ? { priority } : {}),
    ...(type ? { type } : {}),
    ...(projectId ? { projectId: about(projectId) } : {}),
    ...(beneficiaryId ? { beneficiaryId: about(beneficiaryId) } : {}),
    ...(assigneeId ? { assigneeId: about(assigneeId) } : {}),
  };
}
