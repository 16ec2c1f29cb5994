import type { User } from '../../../generated/prisma/core/client';
import type { CoreDatabase } from '../database';

export class AuthRepository {
  constructor(private readonly database: CoreDatabase) {}

  findByEmail(email: string): Promise<User | null> {
    return this.database.user.findUnique({ where: { email } });
  }

  findById(id: string): Promise<User | null> {
    return this.database.user.findUnique({ where: { id } });
  }
}
