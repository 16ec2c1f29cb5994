import { holdsSomewhere, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type Beneficiary as BeneficiaryRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { PersonalData, ProtectedData } from '../protected-data';
import { inArea, scopeOf } from '../scope';
import { searched } from './identifiers';
import { openPersonalData } from './personal-data';
import { recordReading } from './reading';

export type { BeneficiaryRow };

/** The personal data of one person. */
export interface BeneficiaryPii extends PersonalData {
  beneficiaryId: string;
}

export interface ListFilter {
  status?: BeneficiaryRow['status'] | null | undefined;
  gender?: BeneficiaryRow['gender'] | null | undefined;
  areaCode?: string | null | undefined;
  referenceId?: string | null | undefined;
  /** A name or a number: needs `beneficiary:read-pii` for the people that it finds. */
  search?: string | null | undefined;
}

/** Whom a caller may see: the organisation's people, or those of the projects and areas in which they hold the permission. */
export function visibleTo(principal: Principal, permission = 'beneficiary:read'): Prisma.BeneficiaryWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, permission);
  if (everywhere) return { organizationId };
  const inProjects = { enrollments: { some: { projectId: { in: [...projects] } } } };
  const inAreas = areas.map(({ projectId, area }) => ({ ...inArea(area), ...(projectId === null ? {} : { enrollments: { some: { projectId } } }) }));
  return { organizationId, OR: [inProjects, ...inAreas] };
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class BeneficiaryRepository {
  constructor(
    private readonly database: CoreDatabase,
    private readonly protectedData: ProtectedData,
  ) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<BeneficiaryRow[]> {
    return this.database.beneficiary.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** Personal data of those whose personal data the caller may read; the others are missing from the answer. Whose it is and for what is recorded first. */
  async findPii(principal: Principal, ids: readonly string[], purpose: string | null = null): Promise<BeneficiaryPii[]> {
    if (!holdsSomewhere(principal, 'beneficiary:read-pii')) return []; // most callers: not even a query
    const rows = await this.database.beneficiaryPii.findMany({
      where: { beneficiaryId: { in: ids.filter(isId) }, beneficiary: visibleTo(principal, 'beneficiary:read-pii') },
    });
    await recordReading(this.database, principal, rows.map(({ beneficiaryId }) => beneficiaryId), purpose);
    return openPersonalData(this.protectedData, rows);
  }

  /** By keyset over the id: the last page costs as much as the first. */
  list(principal: Principal, filter: ListFilter, page: PageRequest): Promise<BeneficiaryRow[]> {
    return this.database.beneficiary.findMany({
      where: { AND: [visibleTo(principal), matching(filter), ...this.named(principal, filter.search), page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } }] },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  /** Reads a person whom the caller may change and keeps others from changing them until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<BeneficiaryRow | null> {
    if (!isId(id)) return null;
    // Only within the organisation: nobody holds up the work of another one.
    await tx.sql.query('SELECT id FROM beneficiary WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.beneficiary.findFirst({ where: { AND: [visibleTo(principal, 'beneficiary:write'), { id }] } });
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.BeneficiaryUpdateInput): Promise<void> {
    await tx.models.beneficiary.update({ where: { id }, data: change });
  }

  /** Whoever has each of these words or numbers, among those whose personal data the caller may read: finding somebody by name is reading it. */
  private named(principal: Principal, text: string | null | undefined): Prisma.BeneficiaryWhereInput[] {
    const { organizationId } = principal;
    if (!text || organizationId === null) return [];
    const wanted = searched(text);
    if (wanted.length === 0) return [{ id: NONE }];
    const having = wanted.map(({ kinds, value }) => ({
      identifiers: { some: { organizationId, OR: kinds.map((kind) => ({ kind, blindIndex: new Uint8Array(this.protectedData.blindIndex(organizationId, kind, value)) })) } },
    }));
    return [visibleTo(principal, 'beneficiary:read-pii'), ...having];
  }
}

function matching(filter: ListFilter): Prisma.BeneficiaryWhereInput {
  return {
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.gender ? { gender: filter.gender } : {}),
    ...(filter.referenceId ? { referenceId: filter.referenceId } : {}),
    ...(filter.areaCode ? inArea(filter.areaCode) : {}),
  };
}
