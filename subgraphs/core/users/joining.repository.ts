import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Invitation as InvitationRow, Prisma, SignupRequest as SignupRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { InvitationRow, SignupRow };

/** More requests than this may not wait for one organisation: strangers must not fill the table. */
const MOST_PENDING = 1000;

/** The organisation of someone who may see who joins it; nobody's for all others. */
function scopeOf(principal: Principal): { organizationId: string } {
  return { organizationId: (holds(principal, 'user:read') && principal.organizationId) || NONE };
}

/** Invitations and requests to join, of one organisation. */
export class JoiningRepository {
  constructor(private readonly database: CoreDatabase) {}

  listInvitations(principal: Principal, page: PageRequest): Promise<InvitationRow[]> {
    return this.database.invitation.findMany({ where: { ...scopeOf(principal), ...after(page) }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  listRequests(principal: Principal, status: SignupRow['status'] | null, page: PageRequest): Promise<SignupRow[]> {
    return this.database.signupRequest.findMany({ where: { ...scopeOf(principal), ...after(page), ...(status ? { status } : {}) }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  findInvitation(principal: Principal, id: string): Promise<InvitationRow | null> {
    return this.database.invitation.findFirst({ where: { ...scopeOf(principal), id } });
  }

  findRequest(principal: Principal, id: string): Promise<SignupRow | null> {
    return this.database.signupRequest.findFirst({ where: { ...scopeOf(principal), id } });
  }

  /** An invitation by what its token hashes to. The token is the permission. */
  findByToken(tokenHash: string): Promise<InvitationRow | null> {
    return this.database.invitation.findUnique({ where: { tokenHash } });
  }

  async hasAccount(tx: CoreTransaction, organizationId: string, email: string): Promise<boolean> {
    return (await tx.models.user.count({ where: { organizationId, email } })) > 0;
  }

  async insertInvitation(tx: CoreTransaction, invitation: Prisma.InvitationUncheckedCreateInput): Promise<void> {
    await tx.models.invitation.create({ data: invitation });
  }

  /** @returns false when it was accepted, revoked or has ended: of two who come at once one is too late. */
  async accept(tx: CoreTransaction, id: string, userId: string): Promise<boolean> {
    const open = { id, acceptedAt: null, revokedAt: null, expiresAt: { gt: new Date() } };
    return (await tx.models.invitation.updateMany({ where: open, data: { acceptedAt: new Date(), userId } })).count === 1;
  }

  /** @returns null when the organisation has no such invitation, false when it is no longer open. */
  async revoke(tx: CoreTransaction, organizationId: string, id: string): Promise<boolean | null> {
    if (!isId(id) || (await tx.models.invitation.count({ where: { id, organizationId } })) === 0) return null;
    const open = { id, organizationId, acceptedAt: null, revokedAt: null };
    return (await tx.models.invitation.updateMany({ where: open, data: { revokedAt: new Date() } })).count === 1;
  }

  /** The organisation with this short name, when strangers may ask to join it. */
  async openOrganization(slug: string): Promise<string | null> {
    const row = await this.database.organization.findFirst({ where: { slug, signupOpen: true }, select: { id: true } });
    return row?.id ?? null;
  }

  /** @returns false when this person's request waits already, or too many do. */
  async insertRequest(tx: CoreTransaction, request: Prisma.SignupRequestCreateManyInput): Promise<boolean> {
    const { organizationId } = request;
    if ((await tx.models.signupRequest.count({ where: { organizationId, status: 'PENDING' } })) >= MOST_PENDING) return false;
    return (await tx.models.signupRequest.createMany({ data: [request], skipDuplicates: true })).count === 1;
  }

  /** Reads a request and keeps others from deciding on it until the transaction ends. */
  async lockRequest(tx: CoreTransaction, organizationId: string, id: string): Promise<SignupRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM signup_request WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, organizationId]);
    return tx.models.signupRequest.findFirst({ where: { id, organizationId } });
  }

  async decide(tx: CoreTransaction, id: string, decision: Pick<SignupRow, 'status' | 'decidedById' | 'reason' | 'invitationId'>): Promise<void> {
    await tx.models.signupRequest.update({ where: { id }, data: { ...decision, decidedAt: new Date() } });
  }
}

function after(page: PageRequest): { id?: { lt: string } } {
  if (page.after === null) return {};
  return { id: { lt: isId(page.after) ? page.after : NONE } };
}
