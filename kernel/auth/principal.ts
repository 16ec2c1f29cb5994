import { z } from 'zod';

/** Who is asking, as the gateway tells a subgraph. Permissions are `noun:verb`. */
export const principalSchema = z.object({
  /** User id, or `anonymous`. */
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
});

export type Principal = z.infer<typeof principalSchema>;

/** The caller without a token. */
export const anonymous: Principal = { subject: 'anonymous', organizationId: null, roles: [], permissions: [], projectPermissions: {} };

/** Whether the principal holds a permission in the whole organisation, or in the named project. */
export function holds(principal: Principal, permission: string, projectId?: string): boolean {
  if (principal.permissions.includes(permission)) return true;
  return projectId !== undefined && grantedIn(principal, projectId).includes(permission);
}

/** The principal cut down to what one project may know of it: least privilege for the audience `project:<id>`. */
export function forProject(principal: Principal, projectId: string): Principal {
  const granted = grantedIn(principal, projectId);
  const { sessionId: _sessionId, ...known } = principal;
  return { ...known, permissions: [...new Set([...principal.permissions, ...granted])], projectPermissions: {} };
}

// The id may come from a client: `constructor` is a property of every object, but nobody's project.
function grantedIn(principal: Principal, projectId: string): readonly string[] {
  return Object.hasOwn(principal.projectPermissions, projectId) ? (principal.projectPermissions[projectId] ?? []) : [];
}
