import { reachOf, type Principal, type Reach } from '#kernel/auth';
import { isId } from '#kernel/db';
import { Prisma } from '../../generated/prisma/core/client';
import { NONE } from './change';

/** What a repository narrows its rows to: the caller's organisation, and where in it they hold a permission. */
export interface Scope extends Reach {
  /** Nobody's for a caller without one. */
  organizationId: string;
}

const made = new WeakMap<Reach, Scope>();

export function scopeOf(principal: Principal, permission: string): Scope {
  const reach = reachOf(principal, permission);
  const scope = made.get(reach) ?? {
    organizationId: principal.organizationId ?? NONE,
    everywhere: reach.everywhere,
    projects: reach.projects.filter(isId),
    areas: reach.areas.filter(({ projectId }) => projectId === null || isId(projectId)),
  };
  made.set(reach, scope);
  return scope;
}

/** Rows of an area and those below it. By segments: a mere prefix would let `kisumu` see its neighbour `kisumu2`. */
export function inArea(area: string): { OR: Array<{ areaCode: string | { startsWith: string } }> } {
  return { OR: [{ areaCode: area }, { areaCode: { startsWith: `${area}.` } }] };
}

/** {@link inArea} for SQL. */
export function areaSql(column: Prisma.Sql, area: string): Prisma.Sql {
  return Prisma.sql`(${column} = ${area} OR starts_with(${column}, ${`${area}.`}))`;
}
