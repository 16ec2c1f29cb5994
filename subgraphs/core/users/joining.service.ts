import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, ConflictError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import { idempotent } from '#kernel/idempotency';
import { assertNotAbout, hashPassword } from '../auth';
import { change } from '../change';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { Grant, GrantService } from '../roles';
import { hashSecret, newSecret } from '../secret-token';
import { acceptSchema, approveSchema, inviteSchema, readGrants, requestSchema, storeGrants } from './joining.inputs';
import type { InvitationRow, JoiningRepository, SignupRow } from './joining.repository';
import { joiningEvents } from './user.events';
import { reason } from './user.inputs';
import { tellOfUser, type UserService } from './user.service';

const LIFETIME_MS = 7 * 24 * 3600 * 1000;

/** An invitation that was just made; the token is known this once. */
export interface Issued {
  id: string;
  token: string | null;
}

/** How people come into an organisation. Each change is idempotent by key, audited and announced in its own transaction. */
export class JoiningService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: JoiningRepository,
    private readonly users: UserService,
    private readonly grants: GrantService,
  ) {}

  /** @throws AppError BAD_USER_INPUT, NOT_FOUND (a project), FORBIDDEN (a role beyond the caller's own), CONFLICT (the address has an account here). */
  async invite(principal: Principal, raw: unknown, key: string): Promise<Issued> {
    const input = parseInput(inviteSchema, raw);
    const token = newSecret();
    let fresh = false;
    const id = await change(this.database, principal, { operation: 'inviteUser', key, request: input }, (tx, organizationId) => {
      fresh = true;
      return this.issue(tx, principal, { organizationId, ...input, token });
    });
    return { id, token: fresh ? token : null };
  }

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION (it was accepted or revoked). */
  async revoke(principal: Principal, id: string, key: string): Promise<string> {
    return change(this.database, principal, { operation: 'revokeInvitation', key, request: id }, async (tx, organizationId) => {
      const revoked = await this.repository.revoke(tx, organizationId, id);
      if (revoked === null) throw new NotFoundError('The invitation');
      if (!revoked) throw new AppError('INVALID_TRANSITION', 'The invitation was accepted or revoked already.', { field: 'id' });
      await tellOfInvitation(tx, 'revoked', { actorId: principal.subject, id, organizationId });
      return id;
    });
  }

  /**
   * Makes the account of an invited person. What the inviter may no longer grant is not granted: then the invitation holds no more.
   * @throws AppError NOT_FOUND for every token that does not hold, BAD_USER_INPUT, CONFLICT (the address has an account by now).
   */
  async accept(raw: unknown, key: string): Promise<string> {
    const { token, password, displayName } = parseInput(acceptSchema, raw);
    const invitation = await this.repository.findByToken(hashSecret(token));
    if (!invitation) throw notOpen();
    assertNotAbout(invitation.email, password, 'input.password');
    const inviter = isOpen(invitation) ? await this.grants.effectivePermissions(invitation.createdById) : null;
    const passwordHash = inviter ? await hashPassword(password) : ''; // slow on purpose: after the look, outside the transaction
    const once = { scope: `${invitation.id}:acceptInvitation`, key, request: { displayName } };
    return transaction(this.database, (tx) =>
      idempotent(tx.sql, once, () => {
        if (!inviter) throw notOpen(); // accepted already, but not by this request
        return this.settle(tx, inviter, { invitation, displayName: displayName ?? invitation.displayName, passwordHash });
      }),
    );
  }

  /** Answers the same whether there is such an organisation, it takes requests, or the person is known to it. @throws AppError BAD_USER_INPUT */
  async request(raw: unknown): Promise<void> {
    const { organization, ...person } = parseInput(requestSchema, raw);
    const organizationId = await this.repository.openOrganization(organization);
    if (!organizationId) return;
    await transaction(this.database, async (tx) => {
      const id = newId();
      if (!(await this.repository.insertRequest(tx, { id, organizationId, ...person }))) return;
      await tellOfRequest(tx, 'requested', { actorId: null, id, organizationId });
    });
  }

  /** Approving invites. @throws AppError as {@link invite}, NOT_FOUND, INVALID_TRANSITION (it was decided already). */
  async approve(principal: Principal, requestId: string, raw: unknown, key: string): Promise<Issued> {
    const { roles } = parseInput(approveSchema, { roles: raw });
    const token = newSecret();
    let fresh = false;
    const id = await change(this.database, principal, { operation: 'approveSignup', key, request: { requestId, roles } }, async (tx, organizationId) => {
      fresh = true;
      const { email, displayName } = await this.lockPending(tx, organizationId, requestId);
      const invitationId = await this.issue(tx, principal, { organizationId, email, displayName, roles, token });
      await this.repository.decide(tx, requestId, { status: 'APPROVED', decidedById: principal.subject, reason: null, invitationId });
      await tellOfRequest(tx, 'approved', { actorId: principal.subject, id: requestId, organizationId });
      return invitationId;
    });
    return { id, token: fresh ? token : null };
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION (it was decided already). */
  async reject(principal: Principal, requestId: string, why: string, key: string): Promise<string> {
    const text = parseInput(reason, why, 'reason');
    return change(this.database, principal, { operation: 'rejectSignup', key, request: { requestId, text } }, async (tx, organizationId) => {
      await this.lockPending(tx, organizationId, requestId);
      await this.repository.decide(tx, requestId, { status: 'REJECTED', decidedById: principal.subject, reason: text, invitationId: null });
      await tellOfRequest(tx, 'rejected', { actorId: principal.subject, id: requestId, organizationId });
      return requestId;
    });
  }

  private async lockPending(tx: CoreTransaction, organizationId: string, id: string): Promise<SignupRow> {
    const row = await this.repository.lockRequest(tx, organizationId, id);
    if (!row) throw new NotFoundError('The request');
    if (row.status !== 'PENDING') throw new AppError('INVALID_TRANSITION', `The request is ${row.status} already.`, { field: 'id', status: row.status });
    return row;
  }

  private async issue(
    tx: CoreTransaction,
    principal: Principal,
    seat: { organizationId: string; email: string; displayName: string; roles: readonly Grant[]; token: string },
  ): Promise<string> {
    const { organizationId, email, displayName, roles, token } = seat;
    if (await this.repository.hasAccount(tx, organizationId, email)) throw new ConflictError('input.email', 'belongs to a user of the organisation');
    for (const [index, grant] of roles.entries()) await this.grants.check(tx, principal, { organizationId, grant, root: `input.roles.${index}` });
    const id = newId();
    await this.repository.insertInvitation(tx, {
      id,
      organizationId,
      email,
      displayName,
      roles: storeGrants(roles),
      tokenHash: hashSecret(token),
      createdById: principal.subject,
      expiresAt: new Date(Date.now() + LIFETIME_MS),
    });
    await tellOfInvitation(tx, 'invited', { actorId: principal.subject, id, organizationId, payload: { roles: storeGrants(roles) } });
    return id;
  }

  private async settle(tx: CoreTransaction, inviter: Principal, seat: { invitation: InvitationRow; displayName: string; passwordHash: string }): Promise<string> {
    const { invitation, displayName, passwordHash } = seat;
    const { organizationId, email } = invitation;
    const userId = newId();
    if (!(await this.repository.accept(tx, invitation.id, userId))) throw notOpen();
    await this.users.insert(tx, { id: userId, organizationId, email, displayName, passwordHash });
    await tellOfUser(tx, 'created', { actorId: userId, userId, organizationId, payload: { invitationId: invitation.id } });
    for (const grant of readGrants(invitation.roles)) {
      await this.grants.apply(tx, inviter, { organizationId, userId, grant, root: 'invitation' }).catch((error: unknown) => {
        throw error instanceof AppError ? notOpen() : error;
      });
    }
    await tellOfInvitation(tx, 'accepted', { actorId: userId, id: invitation.id, organizationId });
    return userId;
  }
}

function isOpen({ acceptedAt, revokedAt, expiresAt }: InvitationRow): boolean {
  return !acceptedAt && !revokedAt && expiresAt > new Date();
}

function notOpen(): NotFoundError {
  return new NotFoundError('The invitation');
}

interface Told {
  actorId: string | null;
  id: string;
  organizationId: string;
  payload?: Record<string, unknown>;
}

async function tellOfInvitation(tx: CoreTransaction, news: 'invited' | 'accepted' | 'revoked', { id, payload = {}, actorId, organizationId }: Told): Promise<void> {
  const definition = joiningEvents[news];
  await appendAudit(tx.sql, { actorId, organizationId, action: definition.name, entityType: 'Invitation', entityId: id, payload });
  await appendEvent(tx.sql, { definition, aggregateType: 'Invitation', aggregateId: id, payload: { invitationId: id, organizationId } });
}

async function tellOfRequest(tx: CoreTransaction, news: 'requested' | 'approved' | 'rejected', { id, actorId, organizationId }: Told): Promise<void> {
  const definition = joiningEvents[news];
  await appendAudit(tx.sql, { actorId, organizationId, action: definition.name, entityType: 'SignupRequest', entityId: id });
  await appendEvent(tx.sql, { definition, aggregateType: 'SignupRequest', aggregateId: id, payload: { signupRequestId: id, organizationId } });
}
