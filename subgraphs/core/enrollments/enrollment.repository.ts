import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type Enrollment as EnrollmentRow, type ProjectVendor as ProjectVendorRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { areaSql, inArea, scopeOf } from '../scope';

export type { EnrollmentRow, ProjectVendorRow };

const READ = 'enrollment:read';
const WRITE = 'enrollment:write';

/** Who takes part, as far as the caller holds a permission: in the organisation, in projects, or in areas (those of the people). */
function visibleEnrollments(principal: Principal, permission = READ): Prisma.EnrollmentWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, permission);
  if (everywhere) return { project: { organizationId } };
  const inAreas = areas.map(({ projectId, area }) => ({ ...(projectId === null ? {} : { projectId }), beneficiary: inArea(area) }));
  return { project: { organizationId }, OR: [{ projectId: { in: [...projects] } }, ...inAreas] };
}

/** {@link visibleEnrollments} for vendors of projects: areas are those of the vendors. */
function visibleVendors(principal: Principal, permission = READ): Prisma.ProjectVendorWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, permission);
  if (everywhere) return { project: { organizationId } };
  const inAreas = areas.map(({ projectId, area }) => ({ ...(projectId === null ? {} : { projectId }), vendor: inArea(area) }));
  return { project: { organizationId }, OR: [{ projectId: { in: [...projects] } }, ...inAreas] };
}

/** The same for SQL in which `p` is the project; `isOf` says whether the row belongs to an area. */
function readable(principal: Principal, isOf: (area: string) => Prisma.Sql): Prisma.Sql {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, READ);
  const mine = Prisma.sql`p.organization_id = ${organizationId}::uuid`;
  if (everywhere) return mine;
  const inAreas = areas.map(({ projectId, area }) => Prisma.sql`(${projectId === null ? Prisma.sql`true` : Prisma.sql`p.id = ${projectId}::uuid`} AND ${isOf(area)})`);
  return Prisma.sql`${mine} AND (${Prisma.join([Prisma.sql`p.id = ANY(${[...projects]}::uuid[])`, ...inAreas], ' OR ')})`;
}

function readableEnrollment(principal: Principal): Prisma.Sql {
  return readable(principal, (area) => Prisma.sql`EXISTS (SELECT FROM beneficiary b WHERE b.id = e.beneficiary_id AND ${areaSql(Prisma.sql`b.area_code`, area)})`);
}

function readableVendor(principal: Principal): Prisma.Sql {
  return readable(principal, (area) => Prisma.sql`EXISTS (SELECT FROM vendor s WHERE s.id = v.vendor_id AND ${areaSql(Prisma.sql`s.area_code`, area)})`);
}

/** Where somebody may be taken into a project: anywhere in the organisation, or only in these areas. */
function writableAreas(principal: Principal, projectId: string): object {
  const { everywhere, projects, areas } = scopeOf(principal, WRITE);
  if (everywhere || projects.includes(projectId)) return {};
  return { OR: areas.filter((grant) => grant.projectId === null || grant.projectId === projectId).map(({ area }) => inArea(area)) };
}

/** The pair that names an enrollment from outside: a project and a person. */
export interface EnrollmentPair {
  projectId: string;
  beneficiaryId: string;
}

/** The pair that names a vendor in a project. */
export interface VendorPair {
  projectId: string;
  vendorId: string;
}

/** What a vendor may take in a project, in minor units; null: no limit. */
export type VendorLimits = Pick<ProjectVendorRow, 'dailyLimitMinor' | 'offlineExposureLimitMinor'>;

/** One page of the lists of many projects at once: what is asked of all of them is one query. */
export interface ListOfProjects {
  projectIds: readonly string[];
  status: EnrollmentRow['status'] | null;
  page: PageRequest;
}

/** A person is in some projects at a time; who is in more shows the first ones. */
const MAX_OF_PERSON = 100;

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class EnrollmentRepository {
  constructor(private readonly database: CoreDatabase) {}

  find(principal: Principal, ids: readonly string[]): Promise<EnrollmentRow[]> {
    return this.database.enrollment.findMany({ where: { AND: [visibleEnrollments(principal), { id: { in: ids.filter(isId) } }] } });
  }

  async findPairs(principal: Principal, pairs: readonly EnrollmentPair[]): Promise<EnrollmentRow[]> {
    const valid = pairs.filter((pair) => isId(pair.projectId) && isId(pair.beneficiaryId));
    if (valid.length === 0) return []; // beside other conditions an empty OR narrows nothing: it would read everything
    return this.database.enrollment.findMany({ where: { AND: [visibleEnrollments(principal), { OR: valid.map(({ projectId, beneficiaryId }) => ({ projectId, beneficiaryId })) }] } });
  }

  /** The first enrollments of each person, each limited on its own. */
  ofBeneficiaries(principal: Principal, beneficiaryIds: readonly string[]): Promise<EnrollmentRow[]> {
    return this.database.$queryRaw<EnrollmentRow[]>`
      SELECT e.id, e.project_id AS "projectId", e.beneficiary_id AS "beneficiaryId", e.status::text AS status, e.type::text AS type, e.multiplier_hundredths AS "multiplierHundredths", e.max_payments AS "maxPayments", e.created_at AS "createdAt", e.updated_at AS "updatedAt"
      FROM unnest(${beneficiaryIds.filter(isId)}::uuid[]) AS person(id)
      CROSS JOIN LATERAL (
        SELECT e.* FROM enrollment e JOIN project p ON p.id = e.project_id
        WHERE e.beneficiary_id = person.id AND ${readableEnrollment(principal)} ORDER BY e.id LIMIT ${MAX_OF_PERSON}
      ) e ORDER BY e.beneficiary_id, e.id`;
  }

  /** Up to `first + 1` enrollments of each project, after the cursor. */
  ofProjects(principal: Principal, list: ListOfProjects): Promise<EnrollmentRow[]> {
    const after = list.page.after === null || !isId(list.page.after) ? NONE : list.page.after;
    const status = list.status === null ? Prisma.empty : Prisma.sql`AND e.status = ${list.status}::enrollment_status`;
    return this.database.$queryRaw<EnrollmentRow[]>`
      SELECT e.id, e.project_id AS "projectId", e.beneficiary_id AS "beneficiaryId", e.status::text AS status, e.type::text AS type, e.multiplier_hundredths AS "multiplierHundredths", e.max_payments AS "maxPayments", e.created_at AS "createdAt", e.updated_at AS "updatedAt"
      FROM project p
      CROSS JOIN LATERAL (
        SELECT * FROM enrollment e WHERE e.project_id = p.id AND e.id > ${after}::uuid ${status} AND ${readableEnrollment(principal)} ORDER BY e.id LIMIT ${list.page.first + 1}
      ) e
      WHERE p.id = ANY(${list.projectIds.filter(isId)}::uuid[]) ORDER BY e.project_id, e.id`;
  }

  /** Up to `first + 1` vendors of each project, after the cursor (a vendor id). */
  vendorsOfProjects(principal: Principal, projectIds: readonly string[], page: PageRequest): Promise<ProjectVendorRow[]> {
    const after = page.after === null || !isId(page.after) ? NONE : page.after;
    return this.database.$queryRaw<ProjectVendorRow[]>`
      SELECT v.project_id AS "projectId", v.vendor_id AS "vendorId", v.status::text AS status, v.daily_limit_minor AS "dailyLimitMinor", v.offline_exposure_limit_minor AS "offlineExposureLimitMinor", v.created_at AS "createdAt"
      FROM project p
      CROSS JOIN LATERAL (
        SELECT * FROM project_vendor v WHERE v.project_id = p.id AND v.vendor_id > ${after}::uuid AND ${readableVendor(principal)} ORDER BY v.vendor_id LIMIT ${page.first + 1}
      ) v
      WHERE p.id = ANY(${projectIds.filter(isId)}::uuid[]) ORDER BY v.project_id, v.vendor_id`;
  }

  async findVendors(principal: Principal, pairs: readonly VendorPair[]): Promise<ProjectVendorRow[]> {
    const valid = pairs.filter((pair) => isId(pair.projectId) && isId(pair.vendorId));
    if (valid.length === 0) return [];
    return this.database.projectVendor.findMany({ where: { AND: [visibleVendors(principal), { OR: valid.map(({ projectId, vendorId }) => ({ projectId, vendorId })) }] } });
  }

  /** Those of the organisation's people whom the caller may enrol in the project, and whose registration stands so that they may be. */
  async enrollable(tx: CoreTransaction, principal: Principal, projectId: string, ids: readonly string[]): Promise<Set<string>> {
    const organizationId = principal.organizationId ?? NONE;
    const rows = await tx.models.beneficiary.findMany({ where: { AND: [{ organizationId, status: 'ACTIVE', id: { in: ids.filter(isId) } }, writableAreas(principal, projectId)] }, select: { id: true } });
    return new Set(rows.map((row) => row.id));
  }

  /** {@link enrollable} for vendors: the approved. */
  async approved(tx: CoreTransaction, principal: Principal, projectId: string, ids: readonly string[]): Promise<Set<string>> {
    const organizationId = principal.organizationId ?? NONE;
    const rows = await tx.models.vendor.findMany({ where: { AND: [{ organizationId, status: 'APPROVED', id: { in: ids.filter(isId) } }, writableAreas(principal, projectId)] }, select: { id: true } });
    return new Set(rows.map((row) => row.id));
  }

  /** Inserts what is not there yet; returns only the new ones. */
  insertNew(tx: CoreTransaction, rows: Prisma.EnrollmentCreateManyInput[]): Promise<EnrollmentRow[]> {
    return tx.models.enrollment.createManyAndReturn({ data: rows, skipDuplicates: true });
  }

  ofProject(tx: CoreTransaction, projectId: string, beneficiaryIds: readonly string[]): Promise<EnrollmentRow[]> {
    return tx.models.enrollment.findMany({ where: { projectId, beneficiaryId: { in: [...beneficiaryIds] } } });
  }

  /** Reads an enrollment that the caller may change and keeps others from changing it until the transaction ends. */
  async lock(tx: CoreTransaction, principal: Principal, id: string): Promise<EnrollmentRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM enrollment WHERE id = $1::uuid FOR UPDATE', [id]);
    return tx.models.enrollment.findFirst({ where: { AND: [visibleEnrollments(principal, WRITE), { id }] } });
  }

  /** Which of these people take part whose part the caller may change. */
  async changeable(tx: CoreTransaction, principal: Principal, projectId: string, beneficiaryIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.models.enrollment.findMany({ where: { AND: [visibleEnrollments(principal, WRITE), { projectId, beneficiaryId: { in: [...beneficiaryIds] } }] }, select: { beneficiaryId: true } });
    return new Set(rows.map(({ beneficiaryId }) => beneficiaryId));
  }

  async setStatus(tx: CoreTransaction, id: string, status: EnrollmentRow['status']): Promise<void> {
    await tx.models.enrollment.update({ where: { id }, data: { status } });
  }

  insertNewVendors(tx: CoreTransaction, rows: Prisma.ProjectVendorCreateManyInput[]): Promise<ProjectVendorRow[]> {
    return tx.models.projectVendor.createManyAndReturn({ data: rows, skipDuplicates: true });
  }

  /** {@link lock} for a vendor of a project. */
  async lockVendor(tx: CoreTransaction, principal: Principal, pair: VendorPair): Promise<ProjectVendorRow | null> {
    if (!isId(pair.vendorId)) return null;
    await tx.sql.query('SELECT vendor_id FROM project_vendor WHERE project_id = $1::uuid AND vendor_id = $2::uuid FOR UPDATE', [pair.projectId, pair.vendorId]);
    return tx.models.projectVendor.findFirst({ where: { AND: [visibleVendors(principal, WRITE), pair] } });
  }

  async setVendorStatus(tx: CoreTransaction, pair: VendorPair, status: ProjectVendorRow['status']): Promise<void> {
    await tx.models.projectVendor.update({ where: { projectId_vendorId: pair }, data: { status } });
  }

  async setVendorLimits(tx: CoreTransaction, pair: VendorPair, limits: VendorLimits): Promise<void> {
    await tx.models.projectVendor.update({ where: { projectId_vendorId: pair }, data: limits });
  }

  /** Where the project stands, and keeps it there until the transaction ends; several enrolments may hold it so at a time. */
  async holdProject(tx: CoreTransaction, id: string): Promise<string | null> {
    const [row] = await tx.sql.query<{ status: string }>('SELECT status::text AS status FROM project WHERE id = $1::uuid FOR SHARE', [id]);
    return row?.status ?? null;
  }
}
