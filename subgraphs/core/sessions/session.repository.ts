import { isId } from '#kernel/db';
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

  /** @returns ids of those that lived until now. */
  async revoke({ models }: CoreTransaction, where: { userId: string; id?: string; except?: string }, revoked: { at: Date; reason: string }): Promise<string[]> {
    const rows = await models.session.updateManyAndReturn({
      where: { userId: where.userId, revokedAt: null, expiresAt: { gt: revoked.at }, id: { ...(where.id ? { equals: where.id } : {}), ...(where.except ? { not: where.except } : {}) } },
      data: { revokedAt: revoked.at, revokedReason: revoked.reason },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  /** Sessions revoked since a time, of all users. */
  async revokedSince(since: Date): Promise<Array<{ id: string; revokedAt: Date }>> {
    const rows = await this.database.session.findMany({ where: { revokedAt: { gte: since } }, select: { id: true, revokedAt: true } });
    return rows.flatMap(({ id, revokedAt }) => (revokedAt ? [{ id, revokedAt }] : []));
  }

  proveAgain({ models }: CoreTransaction, id: string, proof: { methods: string[]; authenticatedAt: Date; secondFactorAt: Date | null }): Promise<SessionRow> {
    return models.session.update({ where: { id }, data: proof });
  }
}
