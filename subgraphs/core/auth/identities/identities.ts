import type { Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import { AppError, ConflictError, NotFoundError } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import type { User, UserIdentity } from '../../../../generated/prisma/core/client';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../../database';

export type IdentityKind = 'PHONE' | 'WALLET' | 'OIDC';

/** Something outside of ours that recognises a person. */
export interface IdentityClaim {
  kind: IdentityKind;
  /** The issuer of an OIDC identity, otherwise empty. */
  issuer: string;
  /** E.164 number, EIP-55 address, or `sub` of the issuer. */
  subject: string;
  /** An e-mail address for which a trusted issuer vouches: links the identity at first sight with the account of that address. */
  vouchedEmail?: string;
}

export type IdentityRow = UserIdentity;

/** What else users are recognised by. Linking and unlinking are audited; the audit log names kinds, not numbers or addresses. */
export class Identities {
  constructor(
    private readonly database: CoreDatabase,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** The user whom a phone number is linked with. Leaves no trace: whoever asks for a code has proved nothing yet. */
  async ownerOfPhone(number: string): Promise<User | null> {
    const where = { kind_issuer_subject: { kind: 'PHONE', issuer: '', subject: number } };
    return (await this.database.userIdentity.findUnique({ where, include: { user: true } }))?.user ?? null;
  }

  /** The user whom an identity that was proved is linked with. */
  async ownerOf({ kind, issuer, subject, vouchedEmail }: IdentityClaim): Promise<User | null> {
    const identity = await this.database.userIdentity.findUnique({ where: { kind_issuer_subject: { kind, issuer, subject } }, include: { user: true } });
    if (identity) {
      await this.database.userIdentity.update({ where: { id: identity.id }, data: { lastUsedAt: this.now() } });
      return identity.user;
    }
    const user = vouchedEmail ? await this.database.user.findUnique({ where: { email: vouchedEmail.toLowerCase() } }) : null;
    if (user?.status === 'ACTIVE') await this.link(user, { kind, issuer, subject });
    return user;
  }

  list({ subject }: Principal): Promise<IdentityRow[]> {
    return this.database.userIdentity.findMany({ where: { userId: subject }, orderBy: { id: 'asc' } });
  }

  /** Links an identity that the user has proved to hold; one that is linked with them already stays. @throws AppError CONFLICT when it is another's. */
  async link(user: { id: string; organizationId: string }, { kind, issuer, subject }: IdentityClaim): Promise<IdentityRow> {
    const where = { kind_issuer_subject: { kind, issuer, subject } };
    const known = await this.database.userIdentity.findUnique({ where });
    if (known?.userId === user.id) return known;
    try {
      return await transaction(this.database, async (tx) => {
        const identity = await tx.models.userIdentity.create({ data: { id: newId(), userId: user.id, kind, issuer, subject, createdAt: this.now() } });
        await note(tx, user, 'user.identity-linked', identity);
        return identity;
      });
    } catch (error) {
      throw isUniqueViolation(error) ? new ConflictError('identity', 'it is linked with another account') : error;
    }
  }

  /** @throws AppError NOT_FOUND when it is not the caller's. */
  async unlink(principal: Principal, id: string): Promise<void> {
    const user = ownerOf(principal);
    await transaction(this.database, async (tx) => {
      const identity = isId(id) ? await tx.models.userIdentity.findFirst({ where: { id, userId: user.id } }) : null;
      if (!identity) throw new NotFoundError('The identity');
      await tx.models.userIdentity.deleteMany({ where: { id } });
      await note(tx, user, 'user.identity-unlinked', identity);
    });
  }
}

/** The signed-in user, as the owner of identities. @throws AppError UNAUTHENTICATED. */
export function ownerOf({ subject, organizationId }: Principal): { id: string; organizationId: string } {
  if (!organizationId) throw new AppError('UNAUTHENTICATED', 'Sign in first.');
  return { id: subject, organizationId };
}

function note(tx: CoreTransaction, user: { id: string; organizationId: string }, action: string, identity: IdentityRow): Promise<void> {
  const payload = { identity: identity.id, kind: identity.kind };
  return appendAudit(tx.sql, { actorId: user.id, action, entityType: 'User', entityId: user.id, organizationId: user.organizationId, payload });
}
