import type { Principal } from '#kernel/auth';
import { AppError, ConflictError } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import type { Attempts } from '../challenges';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { Secrets } from '../secrets';
import type { SessionService } from '../sessions';
import { newRecoveryCodes, newTotpSecret, stepOf, totpUri } from './one-time-passwords';
import type { SecondFactorRepository } from './second-factor.repository';

/** Whose second factor it is. */
export interface FactorOwner {
  id: string;
  organizationId: string;
}

export interface FreshAccess {
  accessToken: string;
  expiresAt: Date;
}

type Change = 'second-factor.enrolled' | 'second-factor.disabled' | 'second-factor.recovery-codes-renewed' | 'second-factor.refused' | 'second-factor.recovery-code-used';

/** Use cases of the second factor: a time-based one-time password (RFC 6238) with recovery codes. */
export class SecondFactorService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: SecondFactorRepository,
    private readonly deps: { secrets: Secrets; attempts: Attempts; sessions: SessionService; now?: () => Date },
  ) {}

  async status({ subject }: Principal): Promise<{ enrolled: boolean; recoveryCodesLeft: number }> {
    const enrolled = await this.isEnrolled(subject);
    return { enrolled, recoveryCodesLeft: enrolled ? await this.repository.countUnused(subject) : 0 };
  }

  async isEnrolled(userId: string): Promise<boolean> {
    return Boolean((await this.repository.find(userId))?.confirmedAt);
  }

  /** Makes a secret, which counts from when it is confirmed. @throws AppError CONFLICT when the caller has a second factor already. */
  async enroll({ subject }: Principal): Promise<{ secret: string; uri: string }> {
    const secret = newTotpSecret();
    const sealedSecret = this.deps.secrets.seal(secret, subject);
    const offered = await transaction(this.database, (tx) => this.repository.offer(tx, { userId: subject, sealedSecret, at: this.now() }));
    if (!offered) throw new ConflictError('secondFactor', 'there is one already; disable it first');
    return { secret, uri: totpUri(secret, (await this.repository.emailOf(subject)) ?? subject) };
  }

  /** Turns the second factor on, and ends every other session: none of them was proved with it. @throws AppError UNAUTHENTICATED, CONFLICT. */
  confirm(principal: Principal, code: string, address: string | null): Promise<{ recoveryCodes: string[]; fresh: FreshAccess }> {
    const owner = ownerOf(principal);
    return this.proved(owner, code, address, async (tx) => {
      if (!(await this.repository.confirm(tx, owner.id, this.now()))) throw new ConflictError('secondFactor', 'it is confirmed already');
      const recoveryCodes = await this.issueRecoveryCodes(tx, owner.id);
      await this.deps.sessions.endOthers(tx, owner, principal.sessionId);
      await this.note(tx, owner, 'second-factor.enrolled');
      return { recoveryCodes, fresh: await this.deps.sessions.proveAgain(tx, principal, { methods: ['otp', 'mfa'], secondFactor: true }) };
    });
  }

  /** Turns it off. @throws AppError UNAUTHENTICATED when the code is not right. */
  disable(principal: Principal, code: string, address: string | null): Promise<void> {
    const owner = ownerOf(principal);
    return this.proved(owner, code, address, async (tx) => {
      await this.repository.remove(tx, owner.id);
      await this.note(tx, owner, 'second-factor.disabled');
    });
  }

  /** New recovery codes; the old ones are worthless. @throws AppError UNAUTHENTICATED when the code is not right. */
  renewRecoveryCodes(principal: Principal, code: string, address: string | null): Promise<string[]> {
    const owner = ownerOf(principal);
    return this.proved(owner, code, address, async (tx) => {
      await this.note(tx, owner, 'second-factor.recovery-codes-renewed');
      return this.issueRecoveryCodes(tx, owner.id);
    });
  }

  /**
   * Runs work in a transaction in which a code was taken: one of the device, or a recovery code. Guesses are counted for the user.
   * @throws AppError UNAUTHENTICATED when the code is wrong or was used before; TOO_MANY_ATTEMPTS.
   */
  async proved<T>(owner: FactorOwner, code: string, address: string | null, work: (tx: CoreTransaction) => Promise<T>): Promise<T> {
    const guess = { account: `second-factor ${owner.id}`, address };
    await this.deps.attempts.begin(guess);
    const done = await transaction(this.database, async (tx) => {
      if (await this.takes(tx, owner, code.trim())) return { result: await work(tx) };
      await this.note(tx, owner, 'second-factor.refused');
      return null;
    });
    if (!done) throw new AppError('UNAUTHENTICATED', 'The code is not right, or was used before.');
    await this.deps.attempts.succeeded(guess);
    return done.result;
  }

  private async takes(tx: CoreTransaction, owner: FactorOwner, code: string): Promise<boolean> {
    const factor = await this.repository.find(owner.id, tx);
    if (!factor) return false;
    if (/^\d{6}$/.test(code)) {
      const step = stepOf(this.deps.secrets.open(factor.sealedSecret, owner.id), code, this.now());
      return step !== null && (await this.repository.takeStep(tx, owner.id, step));
    }
    const taken = await this.repository.takeRecoveryCode(tx, owner.id, this.hashOf(owner.id, code), this.now());
    if (taken) await this.note(tx, owner, 'second-factor.recovery-code-used');
    return taken;
  }

  private async issueRecoveryCodes(tx: CoreTransaction, userId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.repository.replaceRecoveryCodes(tx, userId, codes.map((code) => this.hashOf(userId, code)));
    return codes;
  }

  private hashOf(userId: string, code: string): string {
    return this.deps.secrets.mac('recovery-code', `${userId} ${code.toLowerCase()}`);
  }

  private note(tx: CoreTransaction, owner: FactorOwner, action: Change): Promise<void> {
    return appendAudit(tx.sql, { actorId: owner.id, action, entityType: 'User', entityId: owner.id, organizationId: owner.organizationId });
  }

  private now(): Date {
    return this.deps.now?.() ?? new Date();
  }
}

function ownerOf({ subject, organizationId }: Principal): FactorOwner {
  if (!organizationId) throw new AppError('UNAUTHENTICATED', 'Sign in first.');
  return { id: subject, organizationId };
}
