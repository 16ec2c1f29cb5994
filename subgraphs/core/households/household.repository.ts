import type { Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Household as HouseholdRow, HouseholdMember as MemberRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { inArea, scopeOf } from '../scope';
import type { ListFilter } from './household.inputs';

export type { HouseholdRow, MemberRow };

/**
 * As far as the caller holds a permission: in the organisation, in the area of the household, or in a project in which somebody takes part who belongs to it
 * or did (whoever lets the last of them leave still sees what became of it).
 */
function visibleTo(principal: Principal, permission = 'beneficiary:read'): Prisma.HouseholdWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, permission);
  if (everywhere) return { organizationId };
  const takingPart = (projectIds: readonly string[]): Prisma.HouseholdWhereInput => ({
    members: { some: { beneficiary: { enrollments: { some: { projectId: { in: [...projectIds] } } } } } },
  });
  const inAreas = areas.map(({ projectId, area }) => ({ ...inArea(area), ...(projectId === null ? {} : takingPart([projectId])) }));
  return { organizationId, OR: [takingPart(projects), ...inAreas] };
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class HouseholdRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<HouseholdRow[]> {
    return this.database.household.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** By keyset over the id: the last page costs as much as the first. */
  list(principal: Principal, filter: ListFilter, page: PageRequest): Promise<HouseholdRow[]> {
    return this.database.household.findMany({
      where: { AND: [visibleTo(principal), matching(filter), page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } }] },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  /** Who belongs to households that the caller has been shown, in order of coming; with `past`, also who did. */
  members(householdIds: readonly string[], past: boolean): Promise<MemberRow[]> {
    return this.database.householdMember.findMany({ where: { householdId: { in: [...householdIds] }, ...(past ? {} : { until: null }) }, orderBy: { id: 'asc' } });
  }

  /** To which households people belong whom the caller has been shown; with `past`, also to which they did. */
  memberships(beneficiaryIds: readonly string[], past: boolean): Promise<MemberRow[]> {
    return this.database.householdMember.findMany({ where: { beneficiaryId: { in: [...beneficiaryIds] }, ...(past ? {} : { until: null }) }, orderBy: { id: 'asc' } });
  }

  /** Reads a household that the caller may change and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<HouseholdRow | null> {
    if (!isId(id)) return null;
    // Only within the organisation: nobody holds up the work of another one.
    await tx.sql.query('SELECT id FROM household WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.household.findFirst({ where: { AND: [visibleTo(principal, 'beneficiary:write'), { id }] } });
  }

  async isVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<boolean> {
    return (await tx.models.household.count({ where: { AND: [visibleTo(principal, 'beneficiary:write'), { id }] } })) === 1;
  }

  async insert(tx: CoreTransaction, row: Prisma.HouseholdUncheckedCreateInput): Promise<void> {
    await tx.models.household.create({ data: row });
  }

  /** Makes the households with these numbers that are not there yet, and keeps others from changing any of them until the transaction ends. In one order, so that two of these wait and never block each other. */
  async ensure(tx: CoreTransaction, organizationId: string, wanted: ReadonlyArray<{ referenceId: string; areaCode: string | null }>): Promise<{ households: Map<string, HouseholdRow>; created: Set<string> }> {
    const first = new Map([...wanted].reverse().map((one) => [one.referenceId, { id: newId(), reference_id: one.referenceId, area_code: one.areaCode }]));
    const created = await tx.sql.query<{ id: string }>(
      `INSERT INTO household (id, organization_id, reference_id, area_code, updated_at)
       SELECT id, $2::uuid, reference_id, area_code, now() FROM jsonb_to_recordset($1::jsonb) AS h(id uuid, reference_id text, area_code text) ORDER BY reference_id
       ON CONFLICT (organization_id, reference_id) DO NOTHING RETURNING id`,
      [JSON.stringify([...first.values()]), organizationId],
    );
    const references = [...first.keys()];
    await tx.sql.query('SELECT id FROM household WHERE organization_id = $1::uuid AND reference_id = ANY($2::text[]) ORDER BY reference_id FOR UPDATE', [organizationId, references]);
    const rows = await tx.models.household.findMany({ where: { organizationId, referenceId: { in: references } } });
    return { households: new Map(rows.map((row) => [row.referenceId, row])), created: new Set(created.map(({ id }) => id)) };
  }

  /** How many live in households, by their ids. */
  async resize(tx: CoreTransaction, sizes: ReadonlyMap<string, number>): Promise<void> {
    if (sizes.size === 0) return;
    const rows = [...sizes].map(([id, size]) => ({ id, size }));
    await tx.sql.execute('UPDATE household h SET size = s.size, updated_at = now() FROM jsonb_to_recordset($1::jsonb) AS s(id uuid, size int) WHERE h.id = s.id', [JSON.stringify(rows)]);
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.HouseholdUncheckedUpdateInput): Promise<void> {
    await tx.models.household.update({ where: { id }, data: change });
  }

  /** Every membership that lasts, of a household or of people. */
  lasting(tx: CoreTransaction, of: { householdIds: readonly string[] } | { beneficiaryIds: readonly string[] }): Promise<MemberRow[]> {
    const where = 'householdIds' in of ? { householdId: { in: [...of.householdIds] } } : { beneficiaryId: { in: [...of.beneficiaryIds] } };
    return tx.models.householdMember.findMany({ where: { ...where, until: null }, orderBy: { id: 'asc' } });
  }

  async end(tx: CoreTransaction, memberIds: readonly string[]): Promise<void> {
    if (memberIds.length === 0) return;
    // Clocks differ: nobody leaves before they came.
    await tx.sql.execute('UPDATE household_member SET until = greatest(now(), since) WHERE id = ANY($1::uuid[]) AND until IS NULL', [[...memberIds]]);
  }

  async add(tx: CoreTransaction, rows: Prisma.HouseholdMemberCreateManyInput[]): Promise<void> {
    if (rows.length > 0) await tx.models.householdMember.createMany({ data: rows });
  }
}

function matching({ areaCode, referenceId, sizeAtLeast, sizeAtMost, lacking, dissolved }: ListFilter): Prisma.HouseholdWhereInput {
  return {
    dissolvedAt: dissolved ? { not: null } : null,
    ...(areaCode ? inArea(areaCode) : {}),
    ...(referenceId ? { referenceId } : {}),
    ...(sizeAtLeast == null && sizeAtMost == null ? {} : { size: { ...(sizeAtLeast == null ? {} : { gte: sizeAtLeast }), ...(sizeAtMost == null ? {} : { lte: sizeAtMost }) } }),
    ...(lacking ? { members: { none: { role: lacking, until: null } } } : {}),
  };
}
