import type { Standing } from '../roles';
import type { AssignmentRow, UserRow } from './user.repository';
import { RoleStanding, User, type UserRole, type UserStatus } from './user.type';

export function toUser(row: UserRow): User {
  const { id, organizationId, displayName, email, preferredLanguage, createdAt } = row;
  return Object.assign(new User(), {
    id,
    organizationId,
    displayName,
    email,
    preferredLanguage,
    createdAt,
    status: row.status as UserStatus,
    settings: row.settings as Record<string, unknown>,
  });
}

export function toUserRole(row: AssignmentRow, standing: Standing): UserRole {
  const { role, projectId, areaPath, approvalLimitMinor, expiresAt } = row;
  return { role, projectId, areaPath: areaPath || null, approvalLimitMinor, expiresAt, standing: RoleStanding[standing] };
}
