import { holdsSomewhere, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import { Prisma, type Beneficiary as BeneficiaryRow } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { PersonalData, ProtectedData } from '../protected-data';
import { inArea, scopeOf } from '../scope';
import { pageSql, type Listing } from './beneficiary.list';
import { openPersonalData } from './personal-data';
import { recordReading } from './reading';
import { statusAfter, type StatusEntry } from './status-history';

export type { BeneficiaryRow };

/** The personal data of one person. */
export interface BeneficiaryPii extends PersonalData {
  beneficiaryId: string;
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

  /** One page of a list, by keyset: the last page costs as much as the first. */
  async list(principal: Principal, listing: Listing): Promise<BeneficiaryRow[]> {
    const ids = (await this.database.$queryRaw<Array<{ id: string }>>(pageSql(principal, this.protectedData, listing))).map(({ id }) => id);
    if (ids.length === 0) return [];
    const rows = new Map((await this.database.beneficiary.findMany({ where: { id: { in: ids } } })).map((row) => [row.id, row]));
    return ids.flatMap((id) => rows.get(id) ?? []);
  }

  /** Where the registrations of these people, whom the caller has been shown, stood: the oldest first. What services of projects write into the log does not count. */
  statusChanges(ids: readonly string[]): Promise<StatusEntry[]> {
    return this.database.$queryRaw<StatusEntry[]>`
      SELECT entity_id AS "beneficiaryId", action, actor_type AS "actorType", actor_id AS "actorId", payload->>'status' AS status, payload->>'reason' AS reason, occurred_at AS at
      FROM audit_entry WHERE entity_id = ANY(${[...ids]}) AND project_id IS NULL AND action = ANY(${Object.keys(statusAfter)}) ORDER BY seq`;
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
}
