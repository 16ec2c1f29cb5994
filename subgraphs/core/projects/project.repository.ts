import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type Milestone as MilestoneRow, type Project as ProjectRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { scopeOf } from '../scope';

export type { MilestoneRow, ProjectRow };

export interface ProjectListFilter {
  type?: string | null | undefined;
  status?: ProjectRow['status'][] | null | undefined;
  search?: string | null | undefined;
}

/**
 * Which projects a caller may know of: all of the organisation, or those in which they hold `project:read`. A project lies in no area:
 * who works in an area knows the projects there are for them to work in.
 */
export function visibleTo(principal: Principal): Prisma.ProjectWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, 'project:read');
  if (everywhere || areas.some(({ projectId }) => projectId === null)) return { organizationId };
  return { organizationId, id: { in: [...projects, ...areas.flatMap(({ projectId }) => projectId ?? [])] } };
}

export class ProjectRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<ProjectRow[]> {
    return this.database.project.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  find(id: string, tx?: CoreTransaction): Promise<ProjectRow | null> {
    return (tx?.models ?? this.database).project.findUnique({ where: { id } });
  }

  /** Reads the row and keeps others from changing it until the transaction ends. */
  async lock(tx: CoreTransaction, id: string): Promise<ProjectRow | null> {
    await tx.sql.query('SELECT id FROM project WHERE id = $1::uuid FOR UPDATE', [id]);
    return tx.models.project.findUnique({ where: { id } });
  }

  findBySlug(principal: Principal, slug: string): Promise<ProjectRow | null> {
    return this.database.project.findFirst({ where: { AND: [visibleTo(principal), { slug }] } });
  }

  list(principal: Principal, filter: ProjectListFilter, page: PageRequest): Promise<ProjectRow[]> {
    const contains = filter.search ? { contains: filter.search.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' as const } : null;
    return this.database.project.findMany({
      where: {
        AND: [
          visibleTo(principal),
          filter.type ? { typeCode: filter.type } : {},
          filter.status ? { status: { in: filter.status } } : {},
          contains ? { OR: [{ name: contains }, { slug: contains }] } : {},
          page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } },
        ],
      },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  insert(tx: CoreTransaction, project: Prisma.ProjectUncheckedCreateInput): Promise<ProjectRow> {
    return tx.models.project.create({ data: project });
  }

  /** Changes a project and raises its revision. */
  update(tx: CoreTransaction, id: string, change: Prisma.ProjectUncheckedUpdateInput): Promise<ProjectRow> {
    return tx.models.project.update({ where: { id }, data: { ...change, revision: { increment: 1 } } });
  }

  async delete(tx: CoreTransaction, id: string): Promise<void> {
    await tx.models.project.delete({ where: { id } });
  }

  milestonesOf(projectIds: readonly string[], tx?: CoreTransaction): Promise<MilestoneRow[]> {
    return (tx?.models ?? this.database).milestone.findMany({ where: { projectId: { in: [...projectIds] } }, orderBy: [{ dueOn: 'asc' }, { id: 'asc' }] });
  }

  async insertMilestones(tx: CoreTransaction, milestones: Prisma.MilestoneCreateManyInput[]): Promise<void> {
    await tx.models.milestone.createMany({ data: milestones });
  }

  async updateMilestone(tx: CoreTransaction, id: string, change: Prisma.MilestoneUpdateInput): Promise<void> {
    await tx.models.milestone.update({ where: { id }, data: change });
  }

  async deleteMilestone(tx: CoreTransaction, id: string): Promise<void> {
    await tx.models.milestone.delete({ where: { id } });
  }
}
