import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type BeneficiaryGroup as GroupRow, type GroupSnapshot as SnapshotRow } from '../../../generated/prisma/core/client';
import { filterSchema, type Beyond, type ListFilter as PeopleFilter, type Selection } from '../beneficiaries';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { scopeOf } from '../scope';
import type { ListFilter } from './group.inputs';

export type { GroupRow, SnapshotRow };

/** Who takes no part in a project any more, or never did. */
const OUT = ['DECLINED', 'REMOVED'] as const;

/** Groups lie in no area: whoever sees people only of an area sees no groups. */
function visibleTo(principal: Principal, permission = 'beneficiary:read'): Prisma.BeneficiaryGroupWhereInput {
  const { organizationId, everywhere, projects } = scopeOf(principal, permission);
  return everywhere ? { organizationId } : { organizationId, projectId: { in: [...projects] } };
}

/** What people of a group fulfil, for whoever looks for people. */
export function membersOf({ id, projectId, filter }: Pick<GroupRow, 'id' | 'projectId' | 'filter'>): { filter: PeopleFilter; among?: (beyond: Beyond) => Prisma.Sql } {
  if (filter !== null) return { filter: filterSchema.parse(filter) };
  const among = (beyond: Beyond) => Prisma.sql`EXISTS (SELECT FROM beneficiary_group_member m WHERE m.group_id = ${id}::uuid AND m.beneficiary_id = b.id ${beyond(Prisma.sql`m.beneficiary_id`)})`;
  return { filter: filterSchema.parse({ projectId }), among };
}

/** The same for those of a snapshot. */
export function frozenIn(snapshotId: string): { filter: PeopleFilter; among: (beyond: Beyond) => Prisma.Sql } {
  const among = (beyond: Beyond) => Prisma.sql`EXISTS (SELECT FROM group_snapshot_member m WHERE m.snapshot_id = ${snapshotId}::uuid AND m.beneficiary_id = b.id ${beyond(Prisma.sql`m.beneficiary_id`)})`;
  return { filter: filterSchema.parse({}), among };
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class GroupRepository {
  constructor(
    private readonly database: CoreDatabase,
    private readonly people: Selection,
  ) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<GroupRow[]> {
    return this.database.beneficiaryGroup.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** By keyset over the id: the last page costs as much as the first. */
  list(principal: Principal, { projectId, purpose, mode, name, archived }: ListFilter, page: PageRequest): Promise<GroupRow[]> {
    const matching: Prisma.BeneficiaryGroupWhereInput = {
      archivedAt: archived ? { not: null } : null,
      ...(projectId ? { projectId } : {}),
      ...(purpose ? { purpose } : {}),
      ...(name ? { name } : {}),
      ...(mode ? { filter: mode === 'STATIC' ? { equals: Prisma.DbNull } : { not: Prisma.DbNull } } : {}),
    };
    return this.database.beneficiaryGroup.findMany({
      where: { AND: [visibleTo(principal), matching, page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } }] },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  /** How many people are named in each of these groups, which the caller has been shown. */
  async counts(groupIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.beneficiaryGroupMember.groupBy({ by: ['groupId'], where: { groupId: { in: [...groupIds] } }, _count: { _all: true } });
    return new Map(rows.map(({ groupId, _count }) => [groupId, _count._all]));
  }

  /** Snapshots of groups that the caller has been shown, the newest first. */
  snapshots(groupIds: readonly string[]): Promise<SnapshotRow[]> {
    return this.database.groupSnapshot.findMany({ where: { groupId: { in: [...groupIds] } }, orderBy: { id: 'desc' } });
  }

  /** Who sees the group sees its snapshots. In one statement: what is hidden takes no more work than what is not there. */
  findSnapshots(principal: Principal, ids: readonly string[]): Promise<SnapshotRow[]> {
    return this.database.groupSnapshot.findMany({ where: { id: { in: ids.filter(isId) }, group: visibleTo(principal) } });
  }

  /** Reads a group that the caller may change and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<GroupRow | null> {
    if (!isId(id)) return null;
    // Only within the organisation: nobody holds up the work of another one.
    await tx.sql.query('SELECT id FROM beneficiary_group WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.beneficiaryGroup.findFirst({ where: { AND: [visibleTo(principal, 'beneficiary:write'), { id }] } });
  }

  async isProject(tx: CoreTransaction, organizationId: string, projectId: string): Promise<boolean> {
    return (await tx.models.project.count({ where: { id: projectId, organizationId } })) === 1;
  }

  async insert(tx: CoreTransaction, row: Prisma.BeneficiaryGroupUncheckedCreateInput): Promise<void> {
    await tx.models.beneficiaryGroup.create({ data: row });
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.BeneficiaryGroupUncheckedUpdateInput): Promise<void> {
    await tx.models.beneficiaryGroup.update({ where: { id }, data: change });
  }

  /** Which of these people take part in a project. */
  async takingPart(tx: CoreTransaction, projectId: string, ids: readonly string[]): Promise<Set<string>> {
    const rows = await tx.models.enrollment.findMany({ where: { projectId, beneficiaryId: { in: [...ids] }, status: { notIn: [...OUT] } }, select: { beneficiaryId: true } });
    return new Set(rows.map(({ beneficiaryId }) => beneficiaryId));
  }

  async addMembers(tx: CoreTransaction, rows: Prisma.BeneficiaryGroupMemberCreateManyInput[]): Promise<void> {
    await tx.models.beneficiaryGroupMember.createMany({ data: rows, skipDuplicates: true });
  }

  async removeMembers(tx: CoreTransaction, groupId: string, beneficiaryIds: readonly string[]): Promise<void> {
    await tx.models.beneficiaryGroupMember.deleteMany({ where: { groupId, beneficiaryId: { in: [...beneficiaryIds] } } });
  }

  /** Takes somebody out of every group in which they are named. */
  async forget(tx: CoreTransaction, beneficiaryId: string): Promise<void> {
    await tx.models.beneficiaryGroupMember.deleteMany({ where: { beneficiaryId } });
  }

  /** Writes down who is in the group at this moment, all of them in one statement, and closes the snapshot. @returns it, or null when nobody is to be written down. */
  async freeze(tx: CoreTransaction, principal: Principal, group: GroupRow, id: string): Promise<SnapshotRow | null> {
    const takesPart = group.projectId === null ? Prisma.sql`true` : Prisma.sql`EXISTS (SELECT FROM enrollment e WHERE e.project_id = ${group.projectId}::uuid AND e.beneficiary_id = p.id AND e.status::text <> ALL(${[...OUT]}))`;
    const [taken] = await tx.models.$queryRaw<Array<{ count: number; leftOut: number; hash: Uint8Array<ArrayBuffer> }>>`
      WITH looked AS (SELECT p.id, p.status = 'ACTIVE' AND ${takesPart} AS fits FROM (${this.people.everybody(principal, membersOf(group))}) p),
        added AS (INSERT INTO group_snapshot_member (snapshot_id, beneficiary_id) SELECT ${id}::uuid, id FROM looked WHERE fits)
      SELECT count(*) FILTER (WHERE fits)::int AS count, count(*) FILTER (WHERE NOT fits)::int AS "leftOut",
        sha256(convert_to(coalesce(string_agg(id::text, E'\\n' ORDER BY id) FILTER (WHERE fits), ''), 'UTF8')) AS hash FROM looked`;
    if (!taken || taken.count === 0) return null;
    return tx.models.groupSnapshot.create({ data: { id, groupId: group.id, ...taken, takenById: principal.subject } });
  }
}
