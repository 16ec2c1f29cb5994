import { AppError, BadInputError, parseInput } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import type { ClientFacts } from '#kernel/graphql';
import type { User } from '../../../../generated/prisma/core/client';
import { NONE } from '../../change';
import type { Attempts, Challenges } from '../../challenges';
import { transaction, type CoreDatabase, type CoreTransaction } from '../../database';
import type { SecondFactorService } from '../../second-factor';
import type { SessionService } from '../../sessions';
import type { AuthRepository } from '../auth.repository';
import { assertAnother, assertNotAbout, newPassword } from './new-password';
import { hashPassword, passwordMatches, signInAccount } from './password-hash';

export interface ResetPasswordDeps {
  database: CoreDatabase;
  users: AuthRepository;
  attempts: Attempts;
  challenges: Challenges;
  sessions: SessionService;
  secondFactor: SecondFactorService;
}

/** What the caller sends. */
export interface PasswordReset {
  challenge: string;
  code: string;
  newPassword: string;
  /** Of the device, or a recovery code; null when the account has no second factor. */
  secondFactorCode: string | null;
}

const refused = (): AppError => new AppError('UNAUTHENTICATED', 'The code is not right, has ended, or was used before.');

/** A new password for somebody who has forgotten theirs. The code is used up when the password is replaced, not by a new password that is refused. */
export class ResetPasswordService {
  constructor(private readonly deps: ResetPasswordDeps) {}

  /**
   * Ends every session of the user. A second factor must be shown too: a mailbox is one factor.
   * @throws AppError UNAUTHENTICATED in the same words whatever was wrong, TOO_MANY_ATTEMPTS, BAD_USER_INPUT: about what the account knows
   * (its e-mail address, its password, its second factor) only to whoever has the code.
   */
  async reset(asked: PasswordReset, { address }: ClientFacts): Promise<void> {
    const password = parseInput(newPassword, asked.newPassword, 'newPassword');
    const guess = { account: null, address };
    await this.deps.attempts.begin(guess);
    const user = await this.provedBy(asked.challenge, asked.code.slice(0, 20).trim());
    assertNotAbout(user.email, password);
    assertAnother(await passwordMatches(user.passwordHash, password));
    const secondFactorCode = await this.neededCode(user, asked.secondFactorCode);
    const passwordHash = await hashPassword(password); // slow on purpose: outside the transaction
    const finish = (tx: CoreTransaction): Promise<void> => this.replace(tx, user, { passwordHash, challenge: asked.challenge });
    await (secondFactorCode === null ? transaction(this.deps.database, finish) : this.deps.secondFactor.proved(user, secondFactorCode, address, finish));
    // Who had forgotten their password has tried some: they need not wait to sign in with the new one.
    await this.deps.attempts.succeeded({ account: signInAccount(user.email), address });
  }

  // The account is looked up whether or not the code is right or there is one: the work must not tell.
  private async provedBy(challengeId: string, code: string): Promise<User> {
    const { challenge, right } = await this.deps.challenges.compare(challengeId, 'PASSWORD_RESET', code);
    const user = await this.deps.users.findById(challenge?.userId ?? NONE);
    if (right && user?.status === 'ACTIVE') return user;
    await transaction(this.deps.database, (tx) => note(tx, user, 'user.password-reset-failed', null));
    throw refused();
  }

  private async neededCode(user: User, code: string | null): Promise<string | null> {
    if (!(await this.deps.secondFactor.isEnrolled(user.id))) return null;
    if (code === null) throw new BadInputError('secondFactorCode', 'is needed: the account has a second factor');
    return code;
  }

  private async replace(tx: CoreTransaction, user: User, { passwordHash, challenge }: { passwordHash: string; challenge: string }): Promise<void> {
    // The account first, so that two resets of it wait for each other before either touches a challenge.
    if (!(await this.deps.users.replacePassword(tx, user, passwordHash))) throw refused();
    if (!(await this.deps.challenges.consume(challenge, tx))) throw refused();
    await this.deps.challenges.withdraw(user.id, tx);
    await this.deps.sessions.endAll(tx, user, user.id);
    await note(tx, user, 'user.password-reset', user.id);
  }
}

function note(tx: CoreTransaction, user: User | null, action: string, actorId: string | null): Promise<void> {
  return appendAudit(tx.sql, { actorId, action, entityType: 'User', entityId: user?.id ?? 'unknown', organizationId: user?.organizationId ?? null, payload: {} });
}
