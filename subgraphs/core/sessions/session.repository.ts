import { fromPrisma, isId } from '#kernel/db';
import type { Prisma, RefreshToken, Session, User } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export type SessionRow = Session;
export type SessionWithUser = Session & { user: User };

/** Sessions and their refresh tokens. */
export class SessionRepository {
  constructor(private readonly database: CoreDatabase) {}

  async insert({ models }: CoreTransaction, session: Prisma.SessionUncheckedCreateInput): Promise<void> {
    await models.session.create({ data: session });
  }

  async insertToken({ models }: CoreTransaction, token: { hash: string; sessionId: string; issuedAt: Date }): Promise<void> {
    await models.refreshToken.create({ data: token });
  }

  /** Locks the session of a refresh token: two who use tokens of one session wait for each other. */
  async lockByToken({ models, sql }: CoreTransaction, hash: string): Promise<{ session: SessionWithUser; token: RefreshToken } | null> {
    await sql.query('SELECT id FROM session WHERE id = (SELECT session_id FROM refresh_token WHERE hash = $1) FOR UPDATE', [hash]);
    const found = await models.refreshToken.findUnique({ where: { hash }, include: { session: { include: { user: true } } } });
    if (!found) return null;
    const { session, ...token } = found;
    return { session, token };
  }

  findToken({ models }: CoreTransaction, hash: string): Promise<RefreshToken | null> {
    return models.refreshToken.findUnique({ where: { hash } });
  }

  async markUsed({ models }: CoreTransaction, token: { hash: string; sessionId: string }, at: Date): Promise<void> {
    await models.refreshToken.update({ where: { hash: token.hash }, data: { usedAt: at } });
    await models.session.update({ where: { id: token.sessionId }, data: { lastUsedAt: at } });
  }

  /** A session that lives, of this user; null otherwise. */
  async findLive(userId: string, id: string, now: Date, { models }: { models: Prisma.TransactionClient } = { models: this.database }): Promise<SessionRow | null> {
    if (!isId(id)) return null;
    return models.session.findFirst({ where: { id, userId, revokedAt: null, expiresAt: { gt: now } } });
  }

  /** Sessions that live, the last used first. */
  listLive(userId: string, now: Date): Promise<SessionRow[]> {
    return this.database.session.findMany({ where: { userId, revokedAt: null, expiresAt: { gt: now } }, orderBy: [{ lastUsedAt: 'desc' }, { id: 'asc' }] });
  }

  /** @returns ids of those that lived until now. The clock is the database's: {@link revokedWithin} must not miss one that another process ended. */
  async revoke({ sql }: CoreTransaction, where: { userId: string; id?: string; except?: string }, reason: string): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `UPDATE session SET revoked_at = now(), revoked_reason = $2
       WHERE user_id = $1::uuid AND revoked_at IS NULL AND expires_at > now() AND ($3::uuid IS NULL OR id = $3::uuid) AND ($4::uuid IS NULL OR id <> $4::uuid)
       RETURNING id`,
      [where.userId, reason, where.id ?? null, where.except ?? null],
    );
    return rows.map(({ id }) => id);
  }

  /** Sessions of all users that were revoked within the last seconds. */
  async revokedWithin(seconds: number): Promise<string[]> {
    const rows = await fromPrisma(this.database).query<{ id: string }>('SELECT id FROM session WHERE revoked_at > now() - make_interval(secs => $1::float8) ORDER BY revoked_at, id', [seconds]);
    return rows.map(({ id }) => id);
  }

  proveAgain({ models }: CoreTransaction, id: string, proof: { methods: string[]; authenticatedAt: Date; secondFactorAt: Date | null }): Promise<SessionRow> {
    return models.session.update({ where: { id }, data: proof });
  }
}
