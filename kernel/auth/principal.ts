import { z } from 'zod';

/** What holds within one administrative area only, and in the areas below it. */
const areaGrant = z.object({
  /** The project in which it holds; null for the whole organisation. */
  projectId: z.string().nullable(),
  /** A path such as `ke.kisumu`. */
  area: z.string().min(1),
  permissions: z.array(z.string()),
});

/** Who is asking, as the gateway tells a subgraph. Permissions are `noun:verb`. */
export const principalSchema = z.object({
  /** User id, `api-key:<id>`, or `anonymous`. */
  subject: z.string().min(1),
  organizationId: z.string().nullable(),
  roles: z.array(z.string()),
  /** Hold in the whole organisation; for the audience of one project: hold in that project. */
  permissions: z.array(z.string()),
  /** Project id → permissions granted there only. Empty for the audience of one project. */
  projectPermissions: z.record(z.string(), z.array(z.string())),
  /** The session that the caller's access token belongs to; absent for callers without one. */
  sessionId: z.string().optional(),
  /** When the caller last proved who they are, in seconds since the epoch (`auth_time` of the access token). */
  authenticatedAt: z.number().optional(),
  /** Whether the session was proved with a second factor. */
  secondFactor: z.boolean().optional(),
  /** Apart from the others, so that whoever knows nothing of areas refuses instead of showing too much. Absent when there are none. */
  areaPermissions: z.array(areaGrant).optional(),
  /**
   * The most that one step may commit, in minor units as digits, by project id; `*` for every other project; null for no limit.
   * Absent: no limit anywhere.
   */
  approvalLimits: z.record(z.string(), z.string().regex(/^\d+$/).nullable()).optional(),
});

export type Principal = z.infer<typeof principalSchema>;
export type AreaGrant = z.infer<typeof areaGrant>;

/** The caller without a token. */
export const anonymous: Principal = { subject: 'anonymous', organizationId: null, roles: [], permissions: [], projectPermissions: {} };

/** Whether the principal holds a permission in the whole organisation, or in the named project; what holds in areas only does not count. */
export function holds(principal: Principal, permission: string, projectId?: string): boolean {
  if (principal.permissions.includes(permission)) return true;
  return projectId !== undefined && grantedIn(principal, projectId).includes(permission);
}

/** The principal cut down to what one project may know of it: least privilege for the audience `project:<id>`. */
export function forProject(principal: Principal, projectId: string): Principal {
  const { areaPermissions, approvalLimits, sessionId: _sessionId, ...rest } = principal;
  const areas = areaPermissions?.filter((grant) => grant.projectId === null || grant.projectId === projectId);
  const limit = approvalLimits && limitIn(approvalLimits, projectId);
  return {
    ...rest,
    permissions: [...new Set([...principal.permissions, ...grantedIn(principal, projectId)])],
    projectPermissions: {},
    ...(areas?.length ? { areaPermissions: areas.map((grant) => ({ ...grant, projectId: null })) } : {}),
    ...(limit == null ? {} : { approvalLimits: { '*': limit } }),
  };
}

/** The most that the principal may commit in one step, in minor units; null for no limit. */
export function approvalLimit(principal: Principal, projectId?: string): bigint | null {
  const limit = principal.approvalLimits && limitIn(principal.approvalLimits, projectId ?? '*');
  return limit == null ? null : BigInt(limit);
}

function limitIn(limits: Readonly<Record<string, string | null>>, projectId: string): string | null {
  return (Object.hasOwn(limits, projectId) ? limits[projectId] : limits['*']) ?? null;
}

// The id may come from a client: `constructor` is a property of every object, but nobody's project.
function grantedIn(principal: Principal, projectId: string): readonly string[] {
  return Object.hasOwn(principal.projectPermissions, projectId) ? (principal.projectPermissions[projectId] ?? []) : [];
}
