import { holds, type Principal } from './principal';

/** Where a permission holds: what a repository narrows its rows to. */
export interface Reach {
  /** In the whole organisation. */
  everywhere: boolean;
  /** In the whole of these projects. */
  projects: readonly string[];
  /** In these areas only; of one project, or (null) of the organisation. */
  areas: ReadonlyArray<{ projectId: string | null; area: string }>;
}

// A principal never changes, and one serves many requests: what somebody in five hundred projects may do is looked through once.
const found = new WeakMap<Principal, Map<string, Reach>>();

/** Where the principal holds a permission. Empty everywhere when it does not hold it at all. */
export function reachOf(principal: Principal, permission: string): Reach {
  const known = found.get(principal) ?? new Map<string, Reach>();
  found.set(principal, known);
  const reach = known.get(permission) ?? look(principal, permission);
  known.set(permission, reach);
  return reach;
}

function look(principal: Principal, permission: string): Reach {
  return {
    everywhere: holds(principal, permission),
    projects: Object.keys(principal.projectPermissions).filter((id) => holds(principal, permission, id)),
    areas: (principal.areaPermissions ?? [])
      .filter(({ permissions }) => permissions.includes(permission))
      .map(({ projectId, area }) => ({ projectId, area })),
  };
}

/** Whether the principal holds a permission anywhere at all: in the organisation, in a project, or in an area. */
export function holdsSomewhere(principal: Principal, permission: string): boolean {
  const { everywhere, projects, areas } = reachOf(principal, permission);
  return everywhere || projects.length > 0 || areas.length > 0;
}

/** Whether the principal holds a permission for a thing of this area (null: of none), in the organisation or in the named project. */
export function holdsAt(principal: Principal, permission: string, place: { area: string | null; projectId?: string }): boolean {
  const { area: path, projectId } = place;
  if (holds(principal, permission, projectId)) return true;
  return reachOf(principal, permission).areas.some(
    (grant) => path !== null && (grant.projectId === null || grant.projectId === projectId) && isWithin(path, grant.area),
  );
}

/** Whether a path is an area or lies below it, by segments: a mere prefix would let `kisumu` see its neighbour `kisumu2`. */
export function isWithin(path: string, area: string): boolean {
  return path === area || path.startsWith(`${area}.`);
}
