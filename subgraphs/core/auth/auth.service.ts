import { z } from 'zod';
import { AppError, parseInput } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import { transaction, type CoreDatabase } from '../database';
import type { AccessToken, AccessTokens } from './access-tokens';
import type { AuthRepository } from './auth.repository';
import { passwordMatches } from './passwords';
import { createSignInLimit } from './sign-in-limit';

const credentials = z.object({ email: z.string().max(320), password: z.string().max(1000) });
const refused = (): AppError => new AppError('UNAUTHENTICATED', 'The e-mail address or the password is not right.');

export class AuthService {
  private readonly limit = createSignInLimit();

  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: AuthRepository,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws AppError UNAUTHENTICATED with the same words, in the same time, whatever was wrong. */
  async login(raw: unknown): Promise<AccessToken & { userId: string }> {
    const { email: given, password } = parseInput(credentials, raw, 'login');
    const email = given.trim().toLowerCase();
    this.limit.check(email);
    const user = await this.repository.findByEmail(email);
    const matches = await passwordMatches(user?.passwordHash ?? null, password);
    if (!user || !matches || user.status !== 'ACTIVE') {
      this.limit.failed(email);
      if (user) await this.note(user, 'user.sign-in-failed');
      throw refused();
    }
    await this.note(user, 'user.signed-in');
    return { ...(await this.tokens.issue(user.id)), userId: user.id };
  }

  private async note(user: { id: string; organizationId: string }, action: string): Promise<void> {
    await transaction(this.database, ({ sql }) =>
      appendAudit(sql, { actorId: user.id, action, entityType: 'User', entityId: user.id, organizationId: user.organizationId }),
    );
  }
}
