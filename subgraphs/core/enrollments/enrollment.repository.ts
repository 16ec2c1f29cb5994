import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type Enrollment as EnrollmentRow, type ProjectVendor as ProjectVendorRow } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { EnrollmentRow, ProjectVendorRow };

const NONE = '00000000-0000-0000-0000-000000000000';

/** The projects in which the caller may see who takes part. */
function visibleProjects(principal: Principal): Prisma.ProjectWhereInput {
  const organizationId = principal.organizationId ?? NONE;
  if (holds(principal, 'enrollment:read')) return { organizationId };
  return { organizationId, id: { in: Object.keys(principal.projectPermissions).filter((id) => holds(principal, 'enrollment:read', id)) } };
}

/** The pair that names an enrollment from outside: a project and a person. */
export interface EnrollmentPair {
  projectId: string;
  beneficiaryId: string;
}

/** One page of the lists of many projects at once: what is asked of all of them is one query. */
export interface ListOfProjects {
  projectIds: readonly string[];
  status: EnrollmentRow['status'] | null;
  page: PageRequest;
}

export class EnrollmentRepository {
  constructor(private readonly database: CoreDatabase) {}

  find(principal: Principal, ids: readonly string[]): Promise<EnrollmentRow[]> {
    return this.database.enrollment.findMany({ where: { id: { in: ids.filter(isId) }, project: visibleProjects(principal) } });
  }

  findPairs(principal: Principal, pairs: readonly EnrollmentPair[]): Promise<EnrollmentRow[]> {
    const valid = pairs.filter((pair) => isId(pair.projectId) && isId(pair.beneficiaryId));
    return this.database.enrollment.findMany({ where: { OR: valid.map(({ projectId, beneficiaryId }) => ({ projectId, beneficiaryId })), project: visibleProjects(principal) } });
  }

  ofBeneficiaries(principal: Principal, beneficiaryIds: readonly string[]): Promise<EnrollmentRow[]> {
    return this.database.enrollment.findMany({ where: { beneficiaryId: { in: [...beneficiaryIds] }, project: visibleProjects(principal) }, orderBy: { id: 'asc' } });
  }

  /** Up to `first + 1` enrollments of each project, after the cursor. */
  async ofProjects(principal: Principal, list: ListOfProjects): Promise<EnrollmentRow[]> {
    const projects = await this.readable(principal, list.projectIds);
    const after = list.page.after === null || !isId(list.page.after) ? NONE : list.page.after;
    const status = list.status === null ? Prisma.empty : Prisma.sql`AND e.status = ${list.status}::enrollment_status`;
    return this.database.$queryRaw<EnrollmentRow[]>`
      SELECT e.id, e.project_id AS "projectId", e.beneficiary_id AS "beneficiaryId", e.status::text AS status, e.created_at AS "createdAt", e.updated_at AS "updatedAt"
      FROM unnest(${projects}::uuid[]) AS p(id)
      CROSS JOIN LATERAL (
        SELECT * FROM enrollment e WHERE e.project_id = p.id AND e.id > ${after}::uuid ${status} ORDER BY e.id LIMIT ${list.page.first + 1}
      ) e ORDER BY e.project_id, e.id`;
  }

  /** Up to `first + 1` vendors of each project, after the cursor (a vendor id). */
  async vendorsOfProjects(principal: Principal, projectIds: readonly string[], page: PageRequest): Promise<ProjectVendorRow[]> {
    const projects = await this.readable(principal, projectIds);
    const after = page.after === null || !isId(page.after) ? NONE : page.after;
    return this.database.$queryRaw<ProjectVendorRow[]>`
      SELECT v.project_id AS "projectId", v.vendor_id AS "vendorId", v.status::text AS status, v.daily_limit_minor AS "dailyLimitMinor", v.created_at AS "createdAt"
      FROM unnest(${projects}::uuid[]) AS p(id)
      CROSS JOIN LATERAL (
        SELECT * FROM project_vendor v WHERE v.project_id = p.id AND v.vendor_id > ${after}::uuid ORDER BY v.vendor_id LIMIT ${page.first + 1}
      ) v ORDER BY v.project_id, v.vendor_id`;
  }

  findVendors(principal: Principal, pairs: ReadonlyArray<{ projectId: string; vendorId: string }>): Promise<ProjectVendorRow[]> {
    const valid = pairs.filter((pair) => isId(pair.projectId) && isId(pair.vendorId));
    return this.database.projectVendor.findMany({ where: { OR: valid.map(({ projectId, vendorId }) => ({ projectId, vendorId })), project: visibleProjects(principal) } });
  }

  /** Those of the organisation's people whose registration stands so that they may be enrolled. */
  async enrollable(tx: CoreTransaction, organizationId: string, ids: readonly string[]): Promise<Set<string>> {
    const rows = await tx.models.beneficiary.findMany({ where: { organizationId, status: 'ACTIVE', id: { in: ids.filter(isId) } }, select: { id: true } });
    return new Set(rows.map((row) => row.id));
  }

  async approved(tx: CoreTransaction, organizationId: string, ids: readonly string[]): Promise<Set<string>> {
    const rows = await tx.models.vendor.findMany({ where: { organizationId, status: 'APPROVED', id: { in: ids.filter(isId) } }, select: { id: true } });
    return new Set(rows.map((row) => row.id));
  }

  /** Inserts what is not there yet; returns only the new ones. */
  insertNew(tx: CoreTransaction, rows: Prisma.EnrollmentCreateManyInput[]): Promise<EnrollmentRow[]> {
    return tx.models.enrollment.createManyAndReturn({ data: rows, skipDuplicates: true });
  }

  ofProject(tx: CoreTransaction, projectId: string, beneficiaryIds: readonly string[]): Promise<EnrollmentRow[]> {
    return tx.models.enrollment.findMany({ where: { projectId, beneficiaryId: { in: [...beneficiaryIds] } } });
  }

  async lock(tx: CoreTransaction, id: string): Promise<EnrollmentRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM enrollment WHERE id = $1::uuid FOR UPDATE', [id]);
    return tx.models.enrollment.findUnique({ where: { id } });
  }

  async setStatus(tx: CoreTransaction, id: string, status: EnrollmentRow['status']): Promise<void> {
    await tx.models.enrollment.update({ where: { id }, data: { status } });
  }

  insertNewVendors(tx: CoreTransaction, rows: Prisma.ProjectVendorCreateManyInput[]): Promise<ProjectVendorRow[]> {
    return tx.models.projectVendor.createManyAndReturn({ data: rows, skipDuplicates: true });
  }

  async setVendorStatus(tx: CoreTransaction, pair: { projectId: string; vendorId: string }, status: ProjectVendorRow['status']): Promise<boolean> {
    if (!isId(pair.vendorId)) return false;
    return (await tx.models.projectVendor.updateMany({ where: pair, data: { status } })).count === 1;
  }

  private async readable(principal: Principal, projectIds: readonly string[]): Promise<string[]> {
    if (holds(principal, 'enrollment:read')) return [...projectIds]; // projects themselves are shown only to those who may see them
    return projectIds.filter((id) => holds(principal, 'enrollment:read', id));
  }
}
