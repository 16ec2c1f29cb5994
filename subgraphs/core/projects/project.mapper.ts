import { isoDate } from './project-facts';
import type { MilestoneRow, ProjectRow } from './project.repository';
import { type Milestone, type MilestoneStatus, Project, type ProjectStatus } from './project.type';

/** A row as the graph shows it. */
export function toProject(row: ProjectRow): Project {
  return Object.assign(new Project(), {
    id: row.id,
    organizationId: row.organizationId,
    slug: row.slug,
    name: row.name,
    description: row.description,
    type: row.typeCode,
    status: row.status as ProjectStatus,
    currency: row.currency,
    budgetMinor: row.budgetMinor,
    startsOn: isoDate(row.startsOn),
    endsOn: isoDate(row.endsOn),
    settings: row.settings as Record<string, unknown>,
    revision: row.revision,
    contractAddress: row.contractAddress,
    createdAt: row.createdAt,
  });
}

export function toMilestone(row: MilestoneRow): Milestone {
  return { id: row.id, title: row.title, dueOn: isoDate(row.dueOn), status: row.status as MilestoneStatus };
}
