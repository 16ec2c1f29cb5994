import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent, type EventDefinition } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { idempotent } from '#kernel/idempotency';
import { hashPassword } from '../auth';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { userEvents } from './user.events';
import { createUserSchema, roleSchema } from './user.inputs';
import type { UserRepository, UserRow } from './user.repository';

interface RoleChange {
  userId: string;
  role: string;
  projectId: string | null;
}

/** Use cases of users. Each change is idempotent by key, audited and announced in its own transaction. */
export class UserService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: UserRepository,
  ) {}

  list(principal: Principal, page: PageRequest): Promise<UserRow[]> {
    return this.repository.list(organizationOf(principal), page);
  }

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the address is taken). The password is part of no event, audit entry or key. */
  async create(principal: Principal, raw: unknown, key: string): Promise<string> {
    const { password, ...input } = parseInput(createUserSchema, raw);
    const passwordHash = await hashPassword(password); // slow on purpose: outside the transaction
    return this.change(principal, { key, operation: 'createUser', request: input }, async (tx, organizationId) => {
      const id = newId();
      await this.repository.insert(tx, { id, organizationId, ...input, passwordHash }).catch((error: unknown) => {
        throw isUniqueViolation(error) ? new ConflictError('input.email', 'belongs to another account') : error;
      });
      await tell(tx, userEvents.created, principal, { userId: id, organizationId });
      return id;
    });
  }

  disable(principal: Principal, id: string, key: string): Promise<string> {
    return this.change(principal, { key, operation: 'disableUser', request: id }, async (tx, organizationId) => {
      await this.requireUser(organizationId, id);
      await this.repository.disable(tx, organizationId, id);
      await this.repository.permissionsChanged(tx);
      await tell(tx, userEvents.disabled, principal, { userId: id, organizationId });
      return id;
    });
  }

  grant(principal: Principal, raw: unknown, key: string): Promise<string> {
    return this.changeRole(principal, raw, { key, operation: 'assignRole', event: userEvents.roleGranted, effect: (tx, role) => this.repository.grant(tx, role) });
  }

  revoke(principal: Principal, raw: unknown, key: string): Promise<string> {
    return this.changeRole(principal, raw, { key, operation: 'revokeRole', event: userEvents.roleRevoked, effect: (tx, role) => this.repository.revoke(tx, role) });
  }

  private async changeRole(
    principal: Principal,
    raw: unknown,
    change: { key: string; operation: string; event: EventDefinition; effect: (tx: CoreTransaction, role: RoleChange) => Promise<void> },
  ): Promise<string> {
    const input = parseInput(roleSchema, raw);
    return this.change(principal, { ...change, request: input }, async (tx, organizationId) => {
      await this.requireUser(organizationId, input.userId);
      if (input.projectId && !(await this.repository.projectExists(tx, organizationId, input.projectId))) throw new NotFoundError('The project');
      await change.effect(tx, input);
      await this.repository.permissionsChanged(tx);
      await tell(tx, change.event, principal, { ...input, organizationId });
      return input.userId;
    });
  }

  private async requireUser(organizationId: string, id: string): Promise<void> {
    const [user] = await this.repository.findMany(organizationId, [id]);
    if (!user) throw new NotFoundError('The user');
  }

  private change(
    principal: Principal,
    change: { key: string; operation: string; request: unknown },
    effect: (tx: CoreTransaction, organizationId: string) => Promise<string>,
  ): Promise<string> {
    const organizationId = organizationOf(principal);
    const request = { scope: `${organizationId}:${change.operation}`, key: change.key, request: change.request };
    return transaction(this.database, (tx) => idempotent(tx.sql, request, () => effect(tx, organizationId)));
  }
}

async function tell(tx: CoreTransaction, definition: EventDefinition, principal: Principal, payload: { userId: string; organizationId: string }): Promise<void> {
  const { userId, organizationId } = payload;
  await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'User', entityId: userId, organizationId, payload });
  await appendEvent(tx.sql, { definition, aggregateType: 'User', aggregateId: userId, payload });
}

function organizationOf(principal: Principal): string {
  if (!principal.organizationId) throw new ForbiddenError();
  return principal.organizationId;
}
