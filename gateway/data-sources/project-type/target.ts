import type { Principal } from '#kernel/auth';
import type { ProjectRoute } from '../../contracts';
import { RoutesUnavailableError, type RouteDirectory } from '../data-source';
import { projectClosed, projectUnavailable, type Refusal } from './refusals';

/** Where to ask about a project: an instance, nowhere for a stated reason, or (`hidden`) as if there were no such project. */
export type Target =
  | { kind: 'instance'; route: ProjectRoute; instance: NonNullable<ProjectRoute['instance']> }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'hidden' };

const READ = 'project:read';
const ENDED = new Set(['CLOSING', 'CLOSED', 'ARCHIVED']);

/**
 * Decides where to ask about a project of one type. Permission comes first, so that a project that the caller may not read, one of
 * another type and one that does not exist cannot be told apart.
 */
export async function findTarget(routes: RouteDirectory, type: string, projectId: string, principal: Principal): Promise<Target> {
  if (!principal.permissions.includes(READ) && !readsProject(principal, projectId)) return { kind: 'hidden' };
  const route = await findRoute(routes, projectId);
  if (route === 'unreachable') return { kind: 'refused', refusal: projectUnavailable(projectId, 'UNKNOWN') };
  if (!route || route.type !== type || !mayRead(principal, route)) return { kind: 'hidden' };
  if (ENDED.has(route.status)) return { kind: 'refused', refusal: projectClosed(projectId, route.status) };
  if (!route.instance) return { kind: 'refused', refusal: projectUnavailable(projectId, route.status) };
  return { kind: 'instance', route, instance: route.instance };
}

async function findRoute(routes: RouteDirectory, projectId: string): Promise<ProjectRoute | null | 'unreachable'> {
  try {
    return await routes.find(projectId);
  } catch (error) {
    if (error instanceof RoutesUnavailableError) return 'unreachable';
    throw error;
  }
}

// An organisation-wide permission ends at the border of the organisation.
function mayRead(principal: Principal, route: ProjectRoute): boolean {
  if (principal.organizationId === route.organizationId && principal.permissions.includes(READ)) return true;
  return readsProject(principal, route.projectId);
}

// Ids come from clients: `constructor` must not find what every object inherits.
function readsProject({ projectPermissions }: Principal, projectId: string): boolean {
  return Object.hasOwn(projectPermissions, projectId) && (projectPermissions[projectId] ?? []).includes(READ);
}
