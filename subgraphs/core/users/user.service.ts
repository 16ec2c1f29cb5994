import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, ConflictError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { assertNotAbout, hashPassword } from '../auth';
import { change } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import { permissionsChanged, type GrantService } from '../roles';
import type { SessionService } from '../sessions';
import { userEvents, type UserNews } from './user.events';
import { createUserSchema, reason, updateProfileSchema, updateUserSchema, userFilterSchema } from './user.inputs';
import type { UserRepository, UserRow } from './user.repository';

type Status = UserRow['status'];

/** From where an account may go where. */
const STEPS = {
  locked: { from: ['ACTIVE'], to: 'LOCKED' },
  unlocked: { from: ['LOCKED'], to: 'ACTIVE' },
  disabled: { from: ['ACTIVE', 'LOCKED'], to: 'DISABLED' },
  enabled: { from: ['DISABLED'], to: 'ACTIVE' },
} as const satisfies Partial<Record<UserNews, { from: readonly Status[]; to: Status }>>;

/** Use cases of users. Each change is idempotent by key, audited and announced in its own transaction. */
export class UserService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: UserRepository,
    private readonly grants: GrantService,
    private readonly sessions: Pick<SessionService, 'endAll'>,
  ) {}

  async list(principal: Principal, filter: unknown, page: PageRequest): Promise<UserRow[]> {
    return this.repository.list(principal, parseInput(userFilterSchema, filter ?? {}, 'filter'), page);
  }

  /** The user whom the caller has just changed. @throws NotFoundError when they are gone meanwhile. */
  async changed(principal: Principal, id: string): Promise<UserRow> {
    const row = await this.repository.findChanged(principal, id);
    if (!row) throw new NotFoundError('The user');
    return row;
  }

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the address is taken). The password is part of no event, audit entry or key. */
  async create(principal: Principal, raw: unknown, key: string): Promise<string> {
    const { password, ...input } = parseInput(createUserSchema, raw);
    assertNotAbout(input.email, password, 'input.password');
    const passwordHash = await hashPassword(password); // slow on purpose: outside the transaction
    return change(this.database, principal, { operation: 'createUser', key, request: input }, async (tx, organizationId) => {
      const id = newId();
      await this.insert(tx, { id, organizationId, ...input, passwordHash });
      await tellOfUser(tx, 'created', { actorId: principal.subject, userId: id, organizationId });
      return id;
    });
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT */
  async update(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    return this.edit(principal, { id, key, operation: 'updateUser', input: parseInput(updateUserSchema, raw) });
  }

  /** Changes the caller's own account. @throws AppError NOT_FOUND (an API key has none), BAD_USER_INPUT */
  async updateProfile(principal: Principal, raw: unknown, key: string): Promise<string> {
    return this.edit(principal, { id: principal.subject, key, operation: `updateProfile:${principal.subject}`, input: parseInput(updateProfileSchema, raw) });
  }

  /** Shuts someone out for the time being, at once. @throws AppError NOT_FOUND, INVALID_TRANSITION, FORBIDDEN, CONFLICT (the last administrator). */
  async lock(principal: Principal, id: string, why: string, key: string): Promise<string> {
    return this.move(principal, { id, key, news: 'locked', reason: parseInput(reason, why, 'reason') });
  }

  /** @throws as {@link lock}. */
  unlock(principal: Principal, id: string, key: string): Promise<string> {
    return this.move(principal, { id, key, news: 'unlocked' });
  }

  /** Shuts someone out for good, at once. @throws as {@link lock}. */
  disable(principal: Principal, id: string, key: string): Promise<string> {
    return this.move(principal, { id, key, news: 'disabled' });
  }

  /** @throws as {@link lock}. */
  enable(principal: Principal, id: string, key: string): Promise<string> {
    return this.move(principal, { id, key, news: 'enabled' });
  }

  /** @throws ConflictError when the address belongs to another account. */
  async insert(tx: CoreTransaction, user: Parameters<UserRepository['insert']>[1]): Promise<void> {
    await this.repository.insert(tx, user).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new ConflictError('input.email', 'belongs to another account') : error;
    });
  }

  private edit(
    principal: Principal,
    edit: { id: string; key: string; operation: string; input: { displayName?: string | null; preferredLanguage?: string | null; settings?: Record<string, unknown> | null } },
  ): Promise<string> {
    const { id, key, operation, input } = edit;
    const { displayName, preferredLanguage, settings } = input;
    return change(this.database, principal, { operation, key, request: { id, ...input } }, async (tx, organizationId) => {
      if (!(await this.repository.lock(tx, organizationId, id))) throw new NotFoundError('The user');
      const changed = {
        ...(displayName == null ? {} : { displayName }),
        ...(preferredLanguage == null ? {} : { preferredLanguage }),
        ...(settings == null ? {} : { settings: settings as object }),
      };
      await this.repository.update(tx, id, changed);
      // Which fields, never what was in them.
      await tellOfUser(tx, 'updated', { actorId: principal.subject, userId: id, organizationId, payload: { fields: Object.keys(changed) } });
      return id;
    });
  }

  private move(principal: Principal, step: { id: string; key: string; news: keyof typeof STEPS; reason?: string }): Promise<string> {
    const { id, key, news, reason: why } = step;
    const { from, to } = STEPS[news];
    return change(this.database, principal, { operation: `user:${news}`, key, request: { id, why } }, async (tx, organizationId) => {
      const user = await this.repository.lock(tx, organizationId, id);
      if (!user) throw new NotFoundError('The user');
      if (!(from as readonly Status[]).includes(user.status)) {
        throw new AppError('INVALID_TRANSITION', `An account that is ${user.status} cannot be ${news}; it must be ${from.join(' or ')}.`, { field: 'id', status: user.status });
      }
      await this.grants.assertMayShutOut(tx, principal, organizationId, id);
      await this.repository.update(tx, id, { status: to });
      // What was opened before does not come back with the account.
      if (to !== 'ACTIVE') await this.sessions.endAll(tx, { id, organizationId }, principal.subject);
      await permissionsChanged(tx);
      await tellOfUser(tx, news, { actorId: principal.subject, userId: id, organizationId, payload: why ? { reason: why } : {} });
      return id;
    });
  }
}

/** Writes the audit entry and the event of one change of an account, in the transaction of the change. */
export async function tellOfUser(tx: CoreTransaction, news: UserNews, what: { actorId: string; userId: string; organizationId: string; payload?: Record<string, unknown> }): Promise<void> {
  const definition = userEvents[news];
  const { actorId, userId, organizationId, payload = {} } = what;
  await appendAudit(tx.sql, { actorId, action: definition.name, entityType: 'User', entityId: userId, organizationId, payload });
  await appendEvent(tx.sql, { definition, aggregateType: 'User', aggregateId: userId, payload: { userId, organizationId } });
}
