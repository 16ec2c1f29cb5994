import { isId } from '#kernel/db';
import type { AuthRepository, UserWithRoles } from './auth.repository';
import { grantedBy } from './roles';

/** What a user may do, and where; see docs/architecture.md. */
export interface EffectivePermissions {
  version: number;
  subject: string;
  organizationId: string | null;
  roles: string[];
  permissions: string[];
  projectPermissions: Record<string, string[]>;
}

/** What users may do. */
export class AuthService {
  constructor(private readonly repository: AuthRepository) {}

  /** Null for a user who is unknown or disabled: the gateway then treats the token as worthless. */
  async effectivePermissions(userId: string): Promise<EffectivePermissions | null> {
    if (!isId(userId)) return null;
    const version = await this.repository.permissionsVersion(); // before the roles: too old a version only means asking again
    const user = await this.repository.findWithRoles(userId);
    if (!user || user.status !== 'ACTIVE') return null;
    return { version, subject: user.id, organizationId: user.organizationId, ...permissionsOf(user) };
  }
}

function permissionsOf(user: UserWithRoles): Pick<EffectivePermissions, 'roles' | 'permissions' | 'projectPermissions'> {
  const wide = user.assignments.filter((assignment) => assignment.projectId === null).map(({ role }) => role);
  const byProject = new Map<string, string[]>();
  for (const { projectId, role } of user.assignments) if (projectId) byProject.set(projectId, [...(byProject.get(projectId) ?? []), role]);
  return {
    roles: [...new Set(user.assignments.map(({ role }) => role))].sort(),
    permissions: grantedBy(wide),
    projectPermissions: Object.fromEntries([...byProject].map(([projectId, names]) => [projectId, grantedBy(names)])),
  };
}
