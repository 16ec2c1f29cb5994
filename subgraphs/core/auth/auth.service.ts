import { z } from 'zod';
import { isId } from '#kernel/db';
import { AppError, parseInput } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import { transaction, type CoreDatabase } from '../database';
import type { AccessToken, AccessTokens } from './access-tokens';
import { AuthRepository, type UserWithRoles } from './auth.repository';
import { passwordMatches } from './passwords';
import { grantedBy } from './roles';
import { createSignInLimit } from './sign-in-limit';

/** What a user may do, and where; see docs/architecture.md. */
export interface EffectivePermissions {
  version: number;
  subject: string;
  organizationId: string | null;
  roles: string[];
  permissions: string[];
  projectPermissions: Record<string, string[]>;
}

const credentials = z.object({ email: z.string().max(320), password: z.string().max(1000) });
const refused = (): AppError => new AppError('UNAUTHENTICATED', 'The e-mail address or the password is not right.');

export class AuthService {
  private readonly limit = createSignInLimit();

  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: AuthRepository,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws AppError UNAUTHENTICATED with the same words, in the same time, whatever was wrong. */
  async login(raw: unknown): Promise<AccessToken & { userId: string }> {
    const { email: given, password } = parseInput(credentials, raw, 'login');
    const email = given.trim().toLowerCase();
    this.limit.check(email);
    const user = await this.repository.findByEmail(email);
    const matches = await passwordMatches(user?.passwordHash ?? null, password);
    if (!user || !matches || user.status !== 'ACTIVE') {
      this.limit.failed(email);
      if (user) await this.note(user, 'user.sign-in-failed');
      throw refused();
    }
    await this.note(user, 'user.signed-in');
    return { ...(await this.tokens.issue(user.id)), userId: user.id };
  }

  /** Null for a user who is unknown or disabled: the gateway then treats the token as worthless. */
  async effectivePermissions(userId: string): Promise<EffectivePermissions | null> {
    if (!isId(userId)) return null;
    const version = await this.repository.permissionsVersion(); // before the roles: too old a version only means asking again
    const user = await this.repository.findWithRoles(userId);
    if (!user || user.status !== 'ACTIVE') return null;
    return { version, subject: user.id, organizationId: user.organizationId, ...permissionsOf(user) };
  }

  private async note(user: { id: string; organizationId: string }, action: string): Promise<void> {
    await transaction(this.database, ({ sql }) =>
      appendAudit(sql, { actorId: user.id, action, entityType: 'User', entityId: user.id, organizationId: user.organizationId }),
    );
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
