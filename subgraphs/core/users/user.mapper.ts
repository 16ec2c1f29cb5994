import type { UserRow } from './user.repository';
import { User, type UserStatus } from './user.type';

export function toUser(row: UserRow): User {
  return Object.assign(new User(), {
    id: row.id,
    organizationId: row.organizationId,
    displayName: row.displayName,
    email: row.email,
    status: row.status as UserStatus,
    roles: row.assignments.map(({ role, projectId }) => ({ role, projectId })),
    createdAt: row.createdAt,
  });
}
