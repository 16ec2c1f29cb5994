import type { RoleAssignment, User } from '../../../generated/prisma/core/client';
import type { CoreDatabase } from '../database';

export type UserWithRoles = User & { assignments: RoleAssignment[] };

export class AuthRepository {
  constructor(private readonly database: CoreDatabase) {}

  findByEmail(email: string): Promise<User | null> {
    return this.database.user.findUnique({ where: { email } });
  }

  findById(id: string): Promise<User | null> {
    return this.database.user.findUnique({ where: { id } });
  }

  findWithRoles(id: string): Promise<UserWithRoles | null> {
    return this.database.user.findUnique({ where: { id }, include: { assignments: true } });
  }

  async permissionsVersion(): Promise<number> {
    return (await this.database.registryState.findUniqueOrThrow({ where: { id: 1 } })).permissionsVersion;
  }
}
