import type { ProjectFacts } from '../deployments';
import type { ProjectRow } from './project.repository';

/** A calendar date of the database (midnight UTC) as ISO 8601. */
export function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** What services and events are told of a project. */
export function factsOf(row: ProjectRow): ProjectFacts {
  return {
    id: row.id,
    organizationId: row.organizationId,
    slug: row.slug,
    name: row.name,
    type: row.typeCode,
    status: row.status,
    currency: row.currency,
    budgetMinor: row.budgetMinor.toString(),
    startsOn: isoDate(row.startsOn),
    endsOn: isoDate(row.endsOn),
    settings: row.settings as Record<string, unknown>,
    revision: row.revision,
  };
}
