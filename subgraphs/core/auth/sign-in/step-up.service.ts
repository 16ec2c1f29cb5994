import type { Principal } from '#kernel/auth';
import { AppError, BadInputError } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import type { ClientFacts } from '#kernel/graphql';
import type { Attempts } from '../../challenges';
import { transaction, type CoreDatabase, type CoreTransaction } from '../../database';
import type { SecondFactorService } from '../../second-factor';
import type { SessionService } from '../../sessions';
import type { AuthRepository } from '../auth.repository';
import { ownerOf } from '../identities/identities';
import { passwordMatches } from '../passwords';

interface Owner {
  id: string;
  organizationId: string;
}

/** A fresh proof for a session that is open: before money moves, or factors change. */
export class StepUpService {
  constructor(private readonly deps: { database: CoreDatabase; users: AuthRepository; attempts: Attempts; sessions: SessionService; secondFactor: SecondFactorService }) {}

  /**
   * With a second factor its code is asked for, otherwise the password.
   * @throws AppError UNAUTHENTICATED when it is not right, TOO_MANY_ATTEMPTS, BAD_USER_INPUT naming what is missing.
   */
  async stepUp(principal: Principal, proof: { password: string | null; code: string | null }, client: ClientFacts): Promise<{ accessToken: string; expiresAt: Date }> {
    const owner = ownerOf(principal);
    if (await this.deps.secondFactor.isEnrolled(owner.id)) {
      if (proof.code === null) throw new BadInputError('code', 'is needed: the account has a second factor');
      return this.deps.secondFactor.proved(owner, proof.code, client.address, (tx) => this.prove(tx, principal, owner, { methods: ['otp', 'mfa'], secondFactor: true }));
    }
    if (proof.password === null) throw new BadInputError('password', 'is needed: the account has no second factor');
    await this.checkPassword(owner, proof.password, client);
    return transaction(this.deps.database, (tx) => this.prove(tx, principal, owner, { methods: ['pwd'], secondFactor: false }));
  }

  private async checkPassword(owner: Owner, password: string, client: ClientFacts): Promise<void> {
    const guess = { account: `step-up ${owner.id}`, address: client.address };
    await this.deps.attempts.begin(guess);
    const user = await this.deps.users.findById(owner.id);
    if (!(await passwordMatches(user?.passwordHash ?? null, password.slice(0, 1000)))) {
      await transaction(this.deps.database, (tx) => note(tx, owner, 'session.step-up-failed'));
      throw new AppError('UNAUTHENTICATED', 'The password is not right.');
    }
    await this.deps.attempts.succeeded(guess);
  }

  private async prove(tx: CoreTransaction, principal: Principal, owner: Owner, proof: { methods: string[]; secondFactor: boolean }) {
    const fresh = await this.deps.sessions.proveAgain(tx, principal, proof);
    await note(tx, owner, 'session.stepped-up', { session: principal.sessionId, methods: proof.methods });
    return fresh;
  }
}

function note(tx: CoreTransaction, owner: Owner, action: string, payload: Record<string, unknown> = {}): Promise<void> {
  return appendAudit(tx.sql, { actorId: owner.id, action, entityType: 'User', entityId: owner.id, organizationId: owner.organizationId, payload });
}
