import { AppError } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import type { User } from '../../../../generated/prisma/core/client';
import type { Attempts } from '../../challenges';
import { transaction, type CoreDatabase } from '../../database';
import type { AuthRepository } from '../auth.repository';
import { passwordMatches } from './password-hash';

/** What a wrong password is called in the audit log. */
type Failure = 'session.step-up-failed' | 'user.password-change-failed';

/** Compares a password with that of a user who is signed in. Guesses are counted together, wherever they are made. */
export class PasswordCheck {
  constructor(private readonly deps: { database: CoreDatabase; users: AuthRepository; attempts: Attempts }) {}

  /** @returns the account as it was compared with. @throws AppError UNAUTHENTICATED when the password is not right, TOO_MANY_ATTEMPTS. */
  async prove(owner: { id: string; organizationId: string }, password: string, { address, failure }: { address: string | null; failure: Failure }): Promise<User> {
    const guess = { account: `step-up ${owner.id}`, address };
    await this.deps.attempts.begin(guess);
    const user = await this.deps.users.findById(owner.id);
    const matches = await passwordMatches(user?.passwordHash ?? null, password.slice(0, 1000));
    if (!user || !matches) {
      const { id, organizationId } = owner;
      await transaction(this.deps.database, ({ sql }) => appendAudit(sql, { actorId: id, action: failure, entityType: 'User', entityId: id, organizationId, payload: {} }));
      throw passwordNotRight();
    }
    await this.deps.attempts.succeeded(guess);
    return user;
  }
}

export function passwordNotRight(): AppError {
  return new AppError('UNAUTHENTICATED', 'The password is not right.');
}
