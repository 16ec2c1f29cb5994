import { AppError, parseInput } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import type { ClientFacts } from '#kernel/graphql';
import type { User } from '../../../../generated/prisma/core/client';
import type { Attempts, Challenges } from '../../challenges';
import { transaction, type CoreDatabase } from '../../database';
import type { SecondFactorService } from '../../second-factor';
import type { OpenSession, SessionService } from '../../sessions';
import type { AuthRepository } from '../auth.repository';
import type { SignInStrategy } from './strategy';

export interface SignInDeps {
  database: CoreDatabase;
  users: AuthRepository;
  attempts: Attempts;
  challenges: Challenges;
  sessions: SessionService;
  secondFactor: SecondFactorService;
}

/** What every way to sign in has in common. */
export class SignInService {
  constructor(private readonly deps: SignInDeps) {}

  /**
   * Opens a session for whoever the credentials prove.
   * @throws AppError UNAUTHENTICATED with the strategy's words whatever was wrong; TOO_MANY_ATTEMPTS; SECOND_FACTOR_REQUIRED with a
   * `challenge` when the account has a second factor; BAD_USER_INPUT.
   */
  async signIn<C>(strategy: SignInStrategy<C>, raw: unknown, client: ClientFacts): Promise<OpenSession> {
    const credentials = parseInput(strategy.credentials, raw, 'signIn');
    const guess = { account: strategy.accountOf(credentials), address: client.address };
    await this.deps.attempts.begin(guess);
    const { user, proven } = await strategy.verify(credentials);
    if (!user || !proven || user.status !== 'ACTIVE') {
      await this.note(user, 'user.sign-in-failed', strategy.method);
      throw new AppError('UNAUTHENTICATED', strategy.refusal);
    }
    await this.deps.attempts.succeeded(guess);
    if (await this.deps.secondFactor.isEnrolled(user.id)) throw await this.askForMore(user, strategy.method);
    return this.open(user, { methods: [strategy.method], secondFactor: false }, client);
  }

  /** Completes a sign-in that asked for a second factor. @throws AppError UNAUTHENTICATED, TOO_MANY_ATTEMPTS. */
  async completeWithSecondFactor(challengeId: string, code: string, client: ClientFacts): Promise<OpenSession> {
    const refused = new AppError('UNAUTHENTICATED', 'The code is not right, or was used before.');
    const challenge = await this.deps.challenges.attempt(challengeId, 'SECOND_FACTOR');
    const user = challenge?.userId ? await this.deps.users.findById(challenge.userId) : null;
    if (!challenge || user?.status !== 'ACTIVE') {
      await this.note(user, 'user.sign-in-failed', 'mfa');
      throw refused;
    }
    return this.deps.secondFactor.proved(user, code, client.address, async (tx) => {
      if (!(await this.deps.challenges.consume(challenge.id, tx))) throw refused;
      const method = String((challenge.data as { method?: string }).method);
      return this.openIn(tx, user, { methods: [method, 'otp', 'mfa'], secondFactor: true }, client);
    });
  }

  private async askForMore(user: User, method: string): Promise<AppError> {
    const { id, expiresAt } = await this.deps.challenges.create({ purpose: 'SECOND_FACTOR', userId: user.id, data: { method } });
    return new AppError('SECOND_FACTOR_REQUIRED', 'The account has a second factor: call signInWithSecondFactor.', { challenge: id, expiresAt: expiresAt.toISOString() });
  }

  private open(user: User, proof: Parameters<SessionService['open']>[2], client: ClientFacts): Promise<OpenSession> {
    return transaction(this.deps.database, (tx) => this.openIn(tx, user, proof, client));
  }

  private async openIn(tx: Parameters<SessionService['open']>[0], user: User, proof: Parameters<SessionService['open']>[2], client: ClientFacts): Promise<OpenSession> {
    const session = await this.deps.sessions.open(tx, user, proof, client);
    const payload = { session: session.sessionId, methods: proof.methods };
    await appendAudit(tx.sql, { actorId: user.id, action: 'user.signed-in', entityType: 'User', entityId: user.id, organizationId: user.organizationId, payload });
    return session;
  }

  // Also for nobody: the work must not tell whether there is an account.
  private async note(user: User | null, action: string, method: string): Promise<void> {
    await transaction(this.deps.database, ({ sql }) =>
      appendAudit(sql, { actorId: user?.id ?? null, action, entityType: 'User', entityId: user?.id ?? 'unknown', organizationId: user?.organizationId ?? null, payload: { method } }),
    );
  }
}
