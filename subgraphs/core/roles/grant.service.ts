import type { z } from 'zod';
import { approvalLimit, holds, holdsAt, type Principal } from '#kernel/auth';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { effectiveOf, samePlace, type EffectivePermissions } from './effective-permissions';
import { committing } from './permissions';
import { roleEvents } from './role.events';
import { roleSchema, userGrantSchema, type grantSchema } from './role.inputs';
import { permissionsChanged, type Place, type RoleRepository, type RoleRow } from './role.repository';

/** A role to be held in a place, with limit and end. */
export type Grant = z.output<typeof grantSchema>;

/** Who holds which role. Each change is idempotent by key, audited and announced in its own transaction, and told to gateways. */
export class GrantService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: RoleRepository,
  ) {}

  /** What a user may do now; null for one who is unknown, locked or disabled: the gateway then treats their token as worthless. */
  async effectivePermissions(userId: string): Promise<EffectivePermissions | null> {
    const version = await this.repository.permissionsVersion(); // before the roles: too old a version only means asking again
    const user = await this.repository.activeHolder(userId);
    if (!user) return null;
    const book = await this.repository.book(user.organizationId, [...new Set(user.assignments.map(({ role }) => role))]);
    return { version, subject: user.id, organizationId: user.organizationId, ...effectiveOf(user.assignments, book, new Date()) };
  }

  /**
   * Grants a role, or changes limit and end of one that is held. @returns the id of the user.
   * @throws AppError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN (more than the caller may do), CONFLICT (incompatible with a role that is held).
   */
  async grant(principal: Principal, raw: unknown, key: string): Promise<string> {
    const { userId, ...grant } = parseInput(userGrantSchema, raw);
    return change(this.database, principal, { operation: 'assignRole', key, request: { userId, ...grant } }, async (tx, organizationId) => {
      await this.apply(tx, principal, { organizationId, userId, grant, root: 'input' });
      return userId;
    });
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT (the last administrator stays one). */
  async revoke(principal: Principal, raw: unknown, key: string): Promise<string> {
    const { userId, ...place } = parseInput(roleSchema, raw);
    return change(this.database, principal, { operation: 'revokeRole', key, request: { userId, ...place } }, async (tx, organizationId) => {
      const role = await this.repository.lock(tx, organizationId, place.role, 'SHARE');
      if (!role) throw new BadInputError('input.role', 'is no role of the organisation');
      assertCovers(principal, role, place);
      if (!(await this.repository.lockHolder(tx, organizationId, userId))) throw new NotFoundError('The user');
      await this.assertAdministrated(tx, organizationId, { userId, ...place });
      await this.repository.revoke(tx, userId, place);
      await this.tell(tx, 'revoked', principal, { organizationId, userId, ...place });
      return userId;
    });
  }

  /** Grants in a transaction of someone else. @throws as {@link grant}; fields are named below `root`. */
  async apply(tx: CoreTransaction, principal: Principal, what: { organizationId: string; userId: string; grant: Grant; root: string }): Promise<void> {
    const { organizationId, userId, grant, root } = what;
    await this.check(tx, principal, { organizationId, grant, root });
    const holder = await this.repository.lockHolder(tx, organizationId, userId);
    if (!holder) throw new NotFoundError('The user');
    const now = new Date();
    const others = holder.assignments.filter(({ role, expiresAt }) => role !== grant.role && (expiresAt === null || expiresAt > now));
    const book = await this.repository.book(organizationId, [grant.role, ...others.map(({ role }) => role)], tx);
    const clash = others.find((other) => samePlace(other, grant) && book.areIncompatible(other.role, grant.role));
    if (clash) throw new ConflictError(`${root}.role`, `must not be held together with the role ${clash.role}`);
    await this.repository.grant(tx, { ...grant, userId, grantedById: principal.subject });
    await this.tell(tx, 'granted', principal, { organizationId, userId, ...grant });
  }

  /** Whether the caller may grant this at all. @throws AppError NOT_FOUND (the project), BAD_USER_INPUT (the role), FORBIDDEN. */
  async check(tx: CoreTransaction, principal: Principal, what: { organizationId: string; grant: Grant; root: string }): Promise<void> {
    const { organizationId, grant, root } = what;
    const role = await this.repository.lock(tx, organizationId, grant.role, 'SHARE');
    if (!role) throw new BadInputError(`${root}.role`, 'is no role of the organisation');
    assertCovers(principal, role, grant); // before the looks: who may not grant there does not learn what there is
    assertLimit(principal, role, grant, root);
    if (grant.projectId && !(await this.repository.projectExists(tx, organizationId, grant.projectId))) throw new NotFoundError('The project');
  }

  /** Nobody shuts out someone who may do more than they. @throws ForbiddenError naming what is missing, ConflictError for the last administrator. */
  async assertMayShutOut(tx: CoreTransaction, principal: Principal, organizationId: string, userId: string): Promise<void> {
    const holder = await this.repository.lockHolder(tx, organizationId, userId);
    if (!holder) throw new NotFoundError('The user');
    const book = await this.repository.book(organizationId, [...new Set(holder.assignments.map(({ role }) => role))], tx);
    const missing = holder.assignments.flatMap(({ role }) => book.permissionsOf(role)).find((permission) => !holds(principal, permission));
    if (missing) throw new ForbiddenError(missing);
    for (const place of holder.assignments) await this.assertAdministrated(tx, organizationId, { ...place, userId });
  }

  /** Keeps an organisation from locking itself out. @throws ConflictError */
  async assertAdministrated(tx: CoreTransaction, organizationId: string, { userId, role, projectId, areaPath }: Place & { userId: string }): Promise<void> {
    if (role !== 'admin' || projectId !== null || areaPath !== '') return;
    if (!(await this.repository.hasAnotherAdmin(tx, organizationId, userId))) throw new ConflictError('userId', 'is the last administrator of the organisation');
  }

  private async tell(tx: CoreTransaction, news: 'granted' | 'revoked', principal: Principal, what: { organizationId: string; userId: string } & Place & Partial<Grant>): Promise<void> {
    const { organizationId, userId, approvalLimitMinor, expiresAt, ...place } = what;
    const definition = roleEvents[news];
    const more = news === 'granted' ? { approvalLimitMinor: approvalLimitMinor?.toString() ?? null, expiresAt: expiresAt?.toISOString() ?? null } : {};
    await permissionsChanged(tx);
    await appendAudit(tx.sql, {
      actorId: principal.subject,
      action: definition.name,
      entityType: 'User',
      entityId: userId,
      organizationId,
      projectId: place.projectId,
      payload: { ...place, ...more },
    });
    await appendEvent(tx.sql, { definition, aggregateType: 'User', aggregateId: userId, payload: { userId, organizationId, role: place.role, projectId: place.projectId } });
  }
}

/** Nobody gives, or takes, what they do not hold in that place themselves. @throws ForbiddenError naming what is missing. */
export function assertCovers(principal: Principal, role: Pick<RoleRow, 'permissions'>, place: { projectId: string | null; areaPath: string }): void {
  const at = { area: place.areaPath || null, ...(place.projectId ? { projectId: place.projectId } : {}) };
  const missing = ['role:grant', ...role.permissions].find((permission) => !holdsAt(principal, permission, at));
  if (missing) throw new ForbiddenError(missing);
}

function assertLimit(principal: Principal, role: RoleRow, grant: Grant, root: string): void {
  if (!role.permissions.some((permission) => (committing as readonly string[]).includes(permission))) return;
  const own = approvalLimit(principal, grant.projectId ?? undefined);
  if (own === null || (grant.approvalLimitMinor !== null && grant.approvalLimitMinor <= own)) return;
  throw new AppError('FORBIDDEN', `Your own approval limit is ${own} (minor units): nobody grants a higher one.`, { field: `${root}.approvalLimitMinor` });
}
