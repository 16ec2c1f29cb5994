import { holds, type Principal } from '#kernel/auth';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent, type EventDefinition } from '#kernel/events';
import { change, organizationOf } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import { roleEvents } from './role.events';
import { createRoleSchema, updateRoleSchema } from './role.inputs';
import { permissionsChanged, type RoleRepository, type RoleRow } from './role.repository';
import { isSystemRole, systemPairs } from './system-roles';

type News = Exclude<keyof typeof roleEvents, 'granted' | 'revoked'>;

/** Use cases of the roles that an organisation defines for itself. Each change is idempotent by key, audited and announced. */
export class RoleService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: RoleRepository,
  ) {}

  list(principal: Principal): Promise<RoleRow[]> {
    return this.repository.list(organizationOf(principal));
  }

  /** Pairs that nobody may hold in one place: those of every organisation, and the caller's own. */
  async pairs(principal: Principal): Promise<Array<readonly [string, string]>> {
    return [...systemPairs, ...(await this.repository.pairs(organizationOf(principal)))];
  }

  /** @throws AppError BAD_USER_INPUT, FORBIDDEN (more than the caller may do), CONFLICT (the name is taken). */
  async create(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(createRoleSchema, raw);
    return change(this.database, principal, { operation: 'createRole', key, request: input }, async (tx, organizationId) => {
      assertOwn(principal, input.permissions);
      const taken = new ConflictError('input.name', 'belongs to another role');
      if (isSystemRole(input.name)) throw taken;
      await this.repository.insert(tx, organizationId, input).catch((error: unknown) => {
        throw isUniqueViolation(error) ? taken : error;
      });
      await this.tell(tx, 'created', principal, { organizationId, role: input.name, permissions: input.permissions });
      return input.name;
    });
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, INVALID_TRANSITION (a role of every organisation). */
  async update(principal: Principal, name: string, raw: unknown, key: string): Promise<string> {
    const { description, permissions } = parseInput(updateRoleSchema, raw);
    return change(this.database, principal, { operation: 'updateRole', key, request: { name, description, permissions } }, async (tx, organizationId) => {
      const role = await this.lockOwn(tx, organizationId, name);
      assertOwn(principal, [...role.permissions, ...(permissions ?? [])]);
      await this.repository.update(tx, organizationId, name, { description: description ?? undefined, permissions: permissions ?? undefined });
      await this.tell(tx, 'updated', principal, { organizationId, role: name, permissions: permissions ?? role.permissions });
      return name;
    });
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT (somebody holds it), INVALID_TRANSITION (a role of every organisation). */
  async delete(principal: Principal, name: string, key: string): Promise<string> {
    return change(this.database, principal, { operation: 'deleteRole', key, request: name }, async (tx, organizationId) => {
      const role = await this.lockOwn(tx, organizationId, name);
      assertOwn(principal, role.permissions);
      if (await this.repository.isUsed(tx, organizationId, name)) throw new ConflictError('name', 'is held by somebody; revoke it first');
      await this.repository.delete(tx, organizationId, name);
      await this.tell(tx, 'deleted', principal, { organizationId, role: name });
      return name;
    });
  }

  /** Nobody holds both in one place from now on: whoever does has neither until one is revoked. @throws AppError NOT_FOUND, BAD_USER_INPUT. */
  async separate(principal: Principal, roles: readonly string[], key: string): Promise<string[]> {
    return this.changePair(principal, roles, { operation: 'separateRoles', news: 'separated', key }, async (tx, organizationId, pair) => {
      await this.repository.insertPair(tx, organizationId, pair);
    });
  }

  /** Takes {@link separate} back. @throws AppError NOT_FOUND (there is no such pair of the organisation). */
  async join(principal: Principal, roles: readonly string[], key: string): Promise<string[]> {
    return this.changePair(principal, roles, { operation: 'joinRoles', news: 'joined', key }, async (tx, organizationId, pair) => {
      if (!(await this.repository.deletePair(tx, organizationId, pair))) throw new NotFoundError('The pair of roles');
    });
  }

  private async changePair(
    principal: Principal,
    roles: readonly string[],
    { operation, news, key }: { operation: string; news: News; key: string },
    effect: (tx: CoreTransaction, organizationId: string, pair: readonly [string, string]) => Promise<void>,
  ): Promise<string[]> {
    const [a, b] = [...new Set(roles)].sort(byCodeUnit);
    if (a === undefined || b === undefined || roles.length !== 2) throw new BadInputError('roles', 'must be two different roles');
    return change(this.database, principal, { operation, key, request: [a, b] }, async (tx, organizationId) => {
      for (const name of [a, b]) if (!(await this.repository.lock(tx, organizationId, name, 'SHARE'))) throw new NotFoundError('The role');
      await effect(tx, organizationId, [a, b]);
      await this.tell(tx, news, principal, { organizationId, roles: [a, b] });
      return [a, b];
    });
  }

  private async lockOwn(tx: CoreTransaction, organizationId: string, name: string): Promise<RoleRow> {
    if (isSystemRole(name)) throw new AppError('INVALID_TRANSITION', 'A role that every organisation has cannot be changed; define one of your own.', { field: 'name' });
    const role = await this.repository.lock(tx, organizationId, name, 'UPDATE');
    if (!role) throw new NotFoundError('The role');
    return role;
  }

  private async tell(tx: CoreTransaction, news: News, principal: Principal, what: { organizationId: string; role?: string; roles?: string[]; permissions?: readonly string[] }): Promise<void> {
    const { organizationId, role, roles, permissions } = what;
    const definition: EventDefinition = roleEvents[news];
    const id = role ?? roles?.join('+') ?? '';
    await permissionsChanged(tx);
    await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'Role', entityId: id, organizationId, payload: permissions ? { permissions } : {} });
    await appendEvent(tx.sql, { definition, aggregateType: 'Role', aggregateId: id, payload: { organizationId, role, roles } });
  }
}

/** Nobody defines a role that may do more than they may do themselves. @throws ForbiddenError naming what is missing. */
function assertOwn(principal: Principal, permissions: readonly string[]): void {
  const missing = permissions.find((permission) => !holds(principal, permission));
  if (missing) throw new ForbiddenError(missing);
}

// The order of the database's check, whatever the locale.
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : 1;
}
