import type { AreaGrant, Principal } from '#kernel/auth';
import { committing, isPermission, type Permission } from './permissions';

/** What someone may do now, and until when that is known to hold; see docs/architecture.md. */
export interface EffectivePermissions extends Principal {
  version: number;
  /** UTC, ISO 8601: when the first of these permissions expires; null when none does. */
  validUntil: string | null;
}

/** A role that is held in a place, as it is stored. */
export interface Assignment {
  id: string;
  role: string;
  projectId: string | null;
  /** Empty for every area. */
  areaPath: string;
  approvalLimitMinor: bigint | null;
  expiresAt: Date | null;
}

/** What there is to know about roles when someone's permissions are worked out. */
export interface RoleBook {
  /** Nothing for an unknown role (of a newer release, or deleted): it grants nothing. */
  permissionsOf(role: string): readonly string[];
  /** Whether two roles must not be held in the same place. */
  areIncompatible(a: string, b: string): boolean;
}

/** Whether an assignment grants anything now, and if not, why. */
export type Standing = 'IN_FORCE' | 'EXPIRED' | 'SUSPENDED';

/** Assignments with their standing: of two roles that are incompatible in one place neither grants anything until one is revoked. */
export function standings<A extends Assignment>(assignments: readonly A[], book: RoleBook, now: Date): Map<A, Standing> {
  const alive = assignments.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const clashing = clashesOf(alive, book);
  const living = new Set(alive);
  return new Map(
    assignments.map((one) => [one, !living.has(one) ? 'EXPIRED' : clashing.has(`${one.role} ${one.projectId}`) ? 'SUSPENDED' : 'IN_FORCE']),
  );
}

// Names first, of which there are few: of somebody's five hundred assignments hardly one is then left to compare.
function clashesOf(alive: readonly Assignment[], book: RoleBook): Set<string> {
  const names = [...new Set(alive.map(({ role }) => role))];
  const suspects = new Set(names.filter((name) => names.some((other) => book.areIncompatible(name, other))));
  const distinct = [...new Map(alive.filter(({ role }) => suspects.has(role)).map((one) => [`${one.role} ${one.projectId}`, one]))];
  const clashing = distinct.filter(([, one]) => distinct.some(([, other]) => book.areIncompatible(one.role, other.role) && samePlace(one, other)));
  return new Set(clashing.map(([key]) => key));
}

/** Whether two places touch: the whole organisation holds every project. Areas are not looked at: who moves between two meets themselves. */
export function samePlace(a: { projectId: string | null }, b: { projectId: string | null }): boolean {
  return a.projectId === null || b.projectId === null || a.projectId === b.projectId;
}

/** Works out what assignments grant at a time. */
export function effectiveOf(assignments: readonly Assignment[], book: RoleBook, now: Date): Omit<EffectivePermissions, 'version' | 'subject' | 'organizationId'> {
  const inForce = [...standings(assignments, book, now)].filter(([, standing]) => standing === 'IN_FORCE').map(([assignment]) => assignment);
  const whole = inForce.filter(({ areaPath }) => areaPath === '');
  const areas = areaGrants(inForce, book);
  const limits = approvalLimits(inForce, book);
  const ends = inForce.flatMap(({ expiresAt }) => expiresAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  return {
    roles: [...new Set(inForce.map(({ role }) => role))].sort(),
    permissions: union(whole.filter(({ projectId }) => projectId === null), book),
    projectPermissions: Object.fromEntries(byProject(whole).map(([projectId, held]) => [projectId, union(held, book)])),
    ...(areas.length > 0 ? { areaPermissions: areas } : {}),
    ...(limits ? { approvalLimits: limits } : {}),
    validUntil: ends[0]?.toISOString() ?? null,
  };
}

function union(assignments: readonly Assignment[], book: RoleBook): Permission[] {
  const names = new Set(assignments.map(({ role }) => role));
  return [...new Set([...names].flatMap((role) => book.permissionsOf(role)))].filter(isPermission).sort();
}

function byProject(assignments: readonly Assignment[]): Array<[string, Assignment[]]> {
  const groups = new Map<string, Assignment[]>();
  for (const one of assignments) {
    if (one.projectId === null) continue;
    const group = groups.get(one.projectId) ?? [];
    group.push(one);
    groups.set(one.projectId, group);
  }
  return [...groups];
}

function areaGrants(assignments: readonly Assignment[], book: RoleBook): AreaGrant[] {
  const groups = new Map<string, Assignment[]>();
  for (const one of assignments) {
    if (one.areaPath === '') continue;
    const key = `${one.projectId} ${one.areaPath}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => group.slice(0, 1).map(({ projectId, areaPath }) => ({ projectId, area: areaPath, permissions: union(group, book) })));
}

/** By place the highest limit of the roles that commit money there; null when one of them has none. Undefined when no place has a limit. */
function approvalLimits(assignments: readonly Assignment[], book: RoleBook): Record<string, string | null> | undefined {
  const commits = assignments.filter(({ role }) => book.permissionsOf(role).some((permission) => (committing as readonly string[]).includes(permission)));
  if (commits.every(({ approvalLimitMinor }) => approvalLimitMinor === null)) return undefined;
  const everywhere = commits.filter(({ projectId }) => projectId === null);
  const limits: Array<[string, string | null]> = byProject(commits).map(([projectId, held]) => [projectId, highest([...everywhere, ...held])]);
  return Object.fromEntries(everywhere.length > 0 ? [['*', highest(everywhere)], ...limits] : limits);
}

// What holds in an area only must not raise the limit of the place around it.
function highest(assignments: readonly Assignment[]): string | null {
  const whole = assignments.filter(({ areaPath }) => areaPath === '');
  const limits = (whole.length > 0 ? whole : assignments).map(({ approvalLimitMinor }) => approvalLimitMinor);
  if (limits.includes(null)) return null;
  return limits.reduce<bigint>((most, limit) => (limit !== null && limit > most ? limit : most), 0n).toString();
}
