import type { Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import { AppError, NotFoundError } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import type { ClientFacts } from '#kernel/graphql';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { AccessTokens } from './access-tokens';
import type { RefreshTokens } from './refresh-tokens';
import type { SessionRepository, SessionRow } from './session.repository';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A session ends after this long, however often it is refreshed. */
export const SESSION_MS = 30 * DAY_MS;
/** A refresh token that is not used for this long holds no more. */
export const REFRESH_IDLE_MS = 7 * DAY_MS;
/** A client whose answer got lost may ask again with the same token for this long. */
export const LOST_ANSWER_MS = 10_000;

/** What a client gets when it signs in or refreshes. */
export interface OpenSession {
  sessionId: string;
  userId: string;
  accessToken: string;
  expiresAt: Date;
  refreshToken: string;
  refreshExpiresAt: Date;
}

/** How a user proved who they are. */
export interface Proof {
  /** RFC 8176, for example `pwd`, `otp`. */
  methods: string[];
  secondFactor: boolean;
}

interface Owner {
  id: string;
  organizationId: string;
}

export type RevocationReason = 'signed-out' | 'signed-out-everywhere' | 'revoked' | 'refresh-token-reused';

const noLonger = (): AppError => new AppError('UNAUTHENTICATED', 'The refresh token does not hold; sign in again.');

/** Use cases of sessions. Every opening and revocation is audited in its own transaction. */
export class SessionService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: SessionRepository,
    private readonly tokens: { access: AccessTokens; refresh: RefreshTokens },
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Opens a session for a user who has proved who they are. The caller audits how, in the same transaction. */
  async open(tx: CoreTransaction, user: Owner, proof: Proof, client: ClientFacts): Promise<OpenSession> {
    const at = this.now();
    const session = {
      id: newId(),
      userId: user.id,
      methods: proof.methods,
      authenticatedAt: at,
      secondFactorAt: proof.secondFactor ? at : null,
      address: client.address,
      agent: client.agent,
      createdAt: at,
      lastUsedAt: at,
      expiresAt: new Date(at.getTime() + SESSION_MS),
    };
    await this.repository.insert(tx, session);
    return this.withToken(tx, session, this.tokens.refresh.create());
  }

  /**
   * Exchanges a refresh token for its successor and a new access token. A token that was used before has been copied: the whole session
   * ends (RFC 9700, 4.14.2), except within seconds of its use and as long as its successor was not used, when the answer may have been lost.
   * @throws AppError UNAUTHENTICATED with the same words whatever was wrong.
   */
  async refresh(refreshToken: string): Promise<OpenSession> {
    const hash = this.tokens.refresh.hashOf(refreshToken);
    if (!hash) throw noLonger();
    const opened = await transaction(this.database, async (tx) => this.exchange(tx, refreshToken, hash));
    if (!opened) throw noLonger(); // outside: what was revoked must stay revoked
    return opened;
  }

  private async exchange(tx: CoreTransaction, refreshToken: string, hash: string): Promise<OpenSession | null> {
    const found = await this.repository.lockByToken(tx, hash);
    const at = this.now();
    if (!found || found.session.revokedAt || found.session.expiresAt <= at || found.session.user.status !== 'ACTIVE') return null;
    const { session, token } = found;
    const successor = this.tokens.refresh.successorOf(refreshToken);
    if (!token.usedAt) {
      if (at.getTime() - token.issuedAt.getTime() > REFRESH_IDLE_MS) return null;
      await this.repository.markUsed(tx, token, at);
      return this.withToken(tx, session, successor);
    }
    const next = await this.repository.findToken(tx, this.tokens.refresh.hashOf(successor) ?? '');
    if (next && !next.usedAt && at.getTime() - token.usedAt.getTime() <= LOST_ANSWER_MS) return this.answer(session, successor, next.issuedAt);
    await this.end(tx, session.user, { id: session.id }, 'refresh-token-reused', null);
    return null;
  }

  /** The caller's sessions that live, the last used first. */
  list(principal: Principal): Promise<SessionRow[]> {
    return this.repository.listLive(principal.subject, this.now());
  }

  /** Ends the caller's session; without an access token that of the refresh token. What has ended already is no error. */
  async signOut(principal: Principal, refreshToken: string | null): Promise<void> {
    const hash = refreshToken === null ? null : this.tokens.refresh.hashOf(refreshToken);
    await transaction(this.database, async (tx) => {
      const byToken = hash ? await this.repository.lockByToken(tx, hash) : null;
      if (byToken) await this.end(tx, byToken.session.user, { id: byToken.session.id }, 'signed-out', byToken.session.userId);
      if (principal.sessionId) await this.end(tx, ownerOf(principal), { id: principal.sessionId }, 'signed-out', principal.subject);
    });
  }

  /** Ends every session of the caller. @returns how many. */
  signOutEverywhere(principal: Principal): Promise<number> {
    return transaction(this.database, async (tx) => (await this.end(tx, ownerOf(principal), {}, 'signed-out-everywhere', principal.subject)).length);
  }

  /** Ends one session of the caller. @throws AppError NOT_FOUND when it is not theirs or has ended. */
  async revoke(principal: Principal, id: string): Promise<void> {
    const ended = isId(id) ? await transaction(this.database, (tx) => this.end(tx, ownerOf(principal), { id }, 'revoked', principal.subject)) : [];
    if (ended.length === 0) throw new NotFoundError('The session');
  }

  /** Ends all sessions of a user but one, for example when a second factor was changed. Part of the caller's transaction. */
  endOthers(tx: CoreTransaction, user: Owner, except: string | undefined): Promise<string[]> {
    return this.end(tx, user, { except }, 'revoked', user.id);
  }

  /** Ends all sessions of a user whom somebody has shut out. Part of the caller's transaction. */
  endAll(tx: CoreTransaction, user: Owner, actorId: string): Promise<string[]> {
    return this.end(tx, user, {}, 'revoked', actorId);
  }

  /** Notes a fresh proof in the caller's session and hands out an access token that says so. @throws AppError UNAUTHENTICATED without a session. */
  async proveAgain(tx: CoreTransaction, principal: Principal, proof: Proof): Promise<{ accessToken: string; expiresAt: Date }> {
    const at = this.now();
    const session = await this.repository.findLive(principal.subject, principal.sessionId ?? '', at, tx);
    if (!session) throw new AppError('UNAUTHENTICATED', 'Sign in first.');
    const secondFactorAt = proof.secondFactor ? at : session.secondFactorAt;
    const proved = await this.repository.proveAgain(tx, session.id, { methods: [...new Set([...session.methods, ...proof.methods])], authenticatedAt: at, secondFactorAt });
    const { token, expiresAt } = await this.accessToken(proved);
    return { accessToken: token, expiresAt };
  }

  private async end(tx: CoreTransaction, user: Owner, which: { id?: string; except?: string }, reason: RevocationReason, actorId: string | null): Promise<string[]> {
    const ended = await this.repository.revoke(tx, { userId: user.id, ...which }, reason);
    if (ended.length === 0) return ended;
    await appendAudit(tx.sql, { actorId, action: 'session.revoked', entityType: 'User', entityId: user.id, organizationId: user.organizationId, payload: { reason, sessions: ended } });
    return ended;
  }

  private async withToken(tx: CoreTransaction, session: TokenSession, refreshToken: string): Promise<OpenSession> {
    const issuedAt = this.now();
    await this.repository.insertToken(tx, { hash: this.tokens.refresh.hashOf(refreshToken) ?? '', sessionId: session.id, issuedAt });
    return this.answer(session, refreshToken, issuedAt);
  }

  private async answer(session: TokenSession, refreshToken: string, issuedAt: Date): Promise<OpenSession> {
    const { token, expiresAt } = await this.accessToken(session);
    const refreshExpiresAt = new Date(Math.min(issuedAt.getTime() + REFRESH_IDLE_MS, session.expiresAt.getTime()));
    return { sessionId: session.id, userId: session.userId, accessToken: token, expiresAt, refreshToken, refreshExpiresAt };
  }

  private accessToken(session: TokenSession) {
    const { userId, methods, authenticatedAt } = session;
    return this.tokens.access.issue({ userId, sessionId: session.id, methods, authenticatedAt, secondFactor: session.secondFactorAt !== null });
  }
}

type TokenSession = Pick<SessionRow, 'id' | 'userId' | 'methods' | 'authenticatedAt' | 'secondFactorAt' | 'expiresAt'>;

function ownerOf({ subject, organizationId }: Principal): Owner {
  if (!organizationId) throw new AppError('UNAUTHENTICATED', 'Sign in first.');
  return { id: subject, organizationId };
}
