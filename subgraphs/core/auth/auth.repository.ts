import type { User } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export class AuthRepository {
  constructor(private readonly database: CoreDatabase) {}

  findByEmail(email: string): Promise<User | null> {
    return this.database.user.findUnique({ where: { email } });
  }

  findById(id: string): Promise<User | null> {
    return this.database.user.findUnique({ where: { id } });
  }

  /** Replaces the password of an account that is active and has the password that was looked at. @returns false for any other. */
  async replacePassword({ models }: CoreTransaction, { id, passwordHash: known }: User, passwordHash: string): Promise<boolean> {
    return (await models.user.updateMany({ where: { id, status: 'ACTIVE', passwordHash: known }, data: { passwordHash } })).count === 1;
  }

  /** Whether an account is active and has the password that was looked at; then it stays so to the end of the transaction. */
  async holdUnchanged({ sql }: CoreTransaction, { id, passwordHash }: User): Promise<boolean> {
    return (await sql.query("SELECT id FROM app_user WHERE id = $1::uuid AND status = 'ACTIVE' AND password_hash = $2 FOR SHARE", [id, passwordHash])).length === 1;
  }
}
