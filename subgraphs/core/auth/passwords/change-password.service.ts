import type { Principal } from '#kernel/auth';
import { fromPrisma, isId } from '#kernel/db';
import { AppError, BadInputError, parseInput } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import { assertRecentlyVerified, type ClientFacts } from '#kernel/graphql';
import { alreadyRan, idempotent } from '#kernel/idempotency';
import type { User } from '../../../../generated/prisma/core/client';
import type { Challenges } from '../../challenges';
import { transaction, type CoreDatabase, type CoreTransaction } from '../../database';
import type { SessionService } from '../../sessions';
import type { AuthRepository } from '../auth.repository';
import { ownerOf } from '../identities/identities';
import { assertAnother, assertNotAbout, newPassword } from './new-password';
import { passwordNotRight, type PasswordCheck } from './password-check';
import { hashPassword, hasPassword, normalized } from './password-hash';

export interface ChangePasswordDeps {
  database: CoreDatabase;
  users: AuthRepository;
  challenges: Challenges;
  sessions: SessionService;
  check: PasswordCheck;
}

/** What the caller sends. */
export interface PasswordChange {
  /** Null when the account has none. */
  currentPassword: string | null;
  newPassword: string;
  idempotencyKey: string | null;
}

/** A new password for a user who is signed in. */
export class ChangePasswordService {
  constructor(private readonly deps: ChangePasswordDeps) {}

  /**
   * Ends every other session of the user, and what was begun with the old password. The second factor stays.
   * @throws AppError UNAUTHENTICATED when the current password is not right, TOO_MANY_ATTEMPTS, BAD_USER_INPUT, STEP_UP_REQUIRED for an
   * account without a password, IDEMPOTENCY_CONFLICT.
   */
  async change(principal: Principal, asked: PasswordChange, { address }: ClientFacts): Promise<void> {
    const account = await this.accountOf(principal);
    const password = parseInput(newPassword, asked.newPassword, 'newPassword');
    assertNotAbout(account.email, password);
    const once = asked.idempotencyKey === null ? null : { scope: `${account.id}:changePassword`, key: asked.idempotencyKey, request: null };
    if (once && (await alreadyRan(fromPrisma(this.deps.database), once))) return this.assertSame(account, password, address);
    const user = await this.proved(principal, account, { password: asked.currentPassword, address });
    assertAnother(hasPassword(user) && normalized(asked.currentPassword ?? '') === password);
    const passwordHash = await hashPassword(password); // slow on purpose: outside the transaction
    let changed = false;
    await transaction(this.deps.database, async (tx) => {
      const effect = async (): Promise<boolean> => (changed = await this.replace(tx, user, { passwordHash, sessionId: principal.sessionId }));
      await (once ? idempotent(tx.sql, once, effect) : effect());
    });
    // The same key at the same time: the other one did it.
    if (!changed) await this.assertSame(user, password, address);
  }

  /** API keys have neither a session nor a password. */
  private async accountOf(principal: Principal): Promise<User> {
    const { id } = ownerOf(principal);
    const user = principal.sessionId && isId(id) ? await this.deps.users.findById(id) : null;
    if (user?.status !== 'ACTIVE') throw new AppError('UNAUTHENTICATED', 'Sign in first.');
    return user;
  }

  private async proved(principal: Principal, account: User, { password, address }: { password: string | null; address: string | null }): Promise<User> {
    if (!hasPassword(account)) {
      assertRecentlyVerified(principal);
      return account;
    }
    if (password === null) throw new BadInputError('currentPassword', 'is needed: the account has a password');
    return this.deps.check.prove(account, password, { address, failure: 'user.password-change-failed' });
  }

  private async replace(tx: CoreTransaction, user: User, { passwordHash, sessionId }: { passwordHash: string; sessionId: string | undefined }): Promise<true> {
    if (!(await this.deps.users.replacePassword(tx, user, passwordHash))) throw passwordNotRight(); // any more
    await this.deps.challenges.withdraw(user.id, tx);
    await this.deps.sessions.endOthers(tx, user, sessionId);
    await appendAudit(tx.sql, { actorId: user.id, action: 'user.password-changed', entityType: 'User', entityId: user.id, organizationId: user.organizationId, payload: { session: sessionId } });
    return true;
  }

  // A key says nothing about the password, of which nothing but its slow hash is stored. A wrong guess at it counts as everywhere.
  private async assertSame(owner: User, password: string, address: string | null): Promise<void> {
    await this.deps.check.prove(owner, password, { address, failure: 'user.password-change-failed' }).catch((error: unknown) => {
      const another = error instanceof AppError && error.code === 'UNAUTHENTICATED';
      throw another ? new AppError('IDEMPOTENCY_CONFLICT', 'This idempotency key was used before with another password.', { field: 'idempotencyKey' }) : error;
    });
  }
}
