import { isId, newId } from '#kernel/db';
import type { RoleAssignment as AssignmentRow } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { Assignment, RoleBook } from './effective-permissions';
import { isSystemRole, systemPairs, systemRoles } from './system-roles';

export type { AssignmentRow };

/** A role as an organisation knows it. */
export interface RoleRow {
  name: string;
  description: string;
  permissions: string[];
  isSystem: boolean;
}

/** A user with the roles that they hold. */
export interface Holder {
  id: string;
  organizationId: string;
  assignments: AssignmentRow[];
}

/** A role in a place. */
export type Place = Pick<Assignment, 'role' | 'projectId' | 'areaPath'>;

/** Roles of one organisation and who holds them: every method takes the organisation, or a user whose organisation it finds. */
export class RoleRepository {
  constructor(private readonly database: CoreDatabase) {}

  /** A user who may use the account; null for one who is unknown, locked or disabled. */
  async activeHolder(userId: string): Promise<Holder | null> {
    if (!isId(userId)) return null;
    return this.database.user.findUnique({ where: { id: userId, status: 'ACTIVE' }, select: { id: true, organizationId: true, assignments: true } });
  }

  async permissionsVersion(): Promise<number> {
    return (await this.database.registryState.findUniqueOrThrow({ where: { id: 1 } })).permissionsVersion;
  }

  /** What these roles grant in an organisation, and which of them exclude each other: two queries, however many roles there are. */
  async book(organizationId: string, names: readonly string[], tx?: CoreTransaction): Promise<RoleBook> {
    const { customRole, incompatibleRolePair } = tx?.models ?? this.database;
    const own = names.filter((name) => !isSystemRole(name));
    const [roles, pairs] = await Promise.all([
      own.length > 0 ? customRole.findMany({ where: { organizationId, name: { in: own } }, include: { permissions: true } }) : [],
      names.length > 1 ? incompatibleRolePair.findMany({ where: { organizationId, roleA: { in: [...names] }, roleB: { in: [...names] } } }) : [],
    ]);
    const granted = new Map(roles.map(({ name, permissions }) => [name, permissions.map(({ permission }) => permission)]));
    const excluded = new Set([...systemPairs, ...pairs.map(({ roleA, roleB }) => [roleA, roleB] as const)].flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
    return {
      permissionsOf: (name) => (isSystemRole(name) ? systemRoles[name]?.permissions : granted.get(name)) ?? [],
      areIncompatible: (a, b) => excluded.has(`${a} ${b}`),
    };
  }

  async list(organizationId: string): Promise<RoleRow[]> {
    const custom = await this.database.customRole.findMany({ where: { organizationId }, include: { permissions: true }, orderBy: { name: 'asc' } });
    return [
      ...Object.entries(systemRoles).map(([name, { sentence, permissions }]) => ({ name, description: sentence, permissions: [...permissions], isSystem: true })),
      ...custom.map(toRole),
    ];
  }

  async pairs(organizationId: string): Promise<Array<[string, string]>> {
    const rows = await this.database.incompatibleRolePair.findMany({ where: { organizationId }, orderBy: [{ roleA: 'asc' }, { roleB: 'asc' }] });
    return rows.map(({ roleA, roleB }) => [roleA, roleB]);
  }

  /** Reads a role and keeps it from being deleted (`SHARE`) or used (`UPDATE`) until the transaction ends. */
  async lock(tx: CoreTransaction, organizationId: string, name: string, mode: 'SHARE' | 'UPDATE'): Promise<RoleRow | null> {
    const system = isSystemRole(name) ? systemRoles[name] : undefined;
    if (system) return { name, description: system.sentence, permissions: [...system.permissions], isSystem: true };
    await tx.sql.query(`SELECT id FROM role WHERE organization_id = $1::uuid AND name = $2 FOR ${mode}`, [organizationId, name]);
    const row = await tx.models.customRole.findUnique({ where: { organizationId_name: { organizationId, name } }, include: { permissions: true } });
    return row && toRole(row);
  }

  async insert(tx: CoreTransaction, organizationId: string, role: { name: string; description: string; permissions: readonly string[] }): Promise<void> {
    const { name, description, permissions } = role;
    await tx.models.customRole.create({ data: { id: newId(), organizationId, name, description, permissions: { create: permissions.map((permission) => ({ permission })) } } });
  }

  async update(tx: CoreTransaction, organizationId: string, name: string, change: { description?: string | undefined; permissions?: readonly string[] | undefined }): Promise<void> {
    const { description, permissions } = change;
    await tx.models.customRole.update({
      where: { organizationId_name: { organizationId, name } },
      data: {
        ...(description === undefined ? {} : { description }),
        ...(permissions === undefined ? {} : { permissions: { deleteMany: {}, create: permissions.map((permission) => ({ permission })) } }),
      },
    });
  }

  /** Whether somebody holds the role, or is invited to. */
  async isUsed(tx: CoreTransaction, organizationId: string, name: string): Promise<boolean> {
    const [row] = await tx.sql.query<{ used: boolean }>(
      `SELECT EXISTS (SELECT FROM role_assignment a JOIN app_user u ON u.id = a.user_id WHERE u.organization_id = $1::uuid AND a.role = $2)
         OR EXISTS (SELECT FROM invitation i WHERE i.organization_id = $1::uuid AND i.accepted_at IS NULL AND i.revoked_at IS NULL
           AND i.expires_at > now() AND i.roles @> jsonb_build_array(jsonb_build_object('role', $2::text))) AS used`,
      [organizationId, name],
    );
    return row?.used ?? true;
  }

  async delete(tx: CoreTransaction, organizationId: string, name: string): Promise<void> {
    await tx.models.incompatibleRolePair.deleteMany({ where: { organizationId, OR: [{ roleA: name }, { roleB: name }] } });
    await tx.models.customRole.delete({ where: { organizationId_name: { organizationId, name } } });
  }

  async insertPair(tx: CoreTransaction, organizationId: string, [roleA, roleB]: readonly [string, string]): Promise<void> {
    await tx.models.incompatibleRolePair.createMany({ data: [{ organizationId, roleA, roleB }], skipDuplicates: true });
  }

  /** @returns false when there was no such pair. */
  async deletePair(tx: CoreTransaction, organizationId: string, [roleA, roleB]: readonly [string, string]): Promise<boolean> {
    return (await tx.models.incompatibleRolePair.deleteMany({ where: { organizationId, roleA, roleB } })).count > 0;
  }

  /** Reads a user's roles and keeps others from changing them until the transaction ends: two grants at once see each other. */
  async lockHolder(tx: CoreTransaction, organizationId: string, userId: string): Promise<Holder | null> {
    if (!isId(userId)) return null;
    await tx.sql.query('SELECT id FROM app_user WHERE id = $1::uuid AND organization_id = $2::uuid FOR NO KEY UPDATE', [userId, organizationId]);
    return tx.models.user.findFirst({ where: { id: userId, organizationId }, select: { id: true, organizationId: true, assignments: true } });
  }

  async projectExists(tx: CoreTransaction, organizationId: string, projectId: string): Promise<boolean> {
    return (await tx.models.project.count({ where: { id: projectId, organizationId } })) === 1;
  }

  /** Who holds the role there already holds it with the new limit and end. */
  async grant(tx: CoreTransaction, grant: Omit<Assignment, 'id'> & { userId: string; grantedById: string }): Promise<void> {
    await tx.sql.execute(
      `INSERT INTO role_assignment (id, user_id, role, project_id, area_path, approval_limit_minor, expires_at, granted_by_id)
       VALUES ($1::uuid, $2::uuid, $3, $4::uuid, $5, $6::bigint, $7::timestamptz, $8)
       ON CONFLICT (user_id, role, project_id, area_path) DO UPDATE
       SET approval_limit_minor = excluded.approval_limit_minor, expires_at = excluded.expires_at, granted_by_id = excluded.granted_by_id`,
      [newId(), grant.userId, grant.role, grant.projectId, grant.areaPath, grant.approvalLimitMinor?.toString() ?? null, grant.expiresAt?.toISOString() ?? null, grant.grantedById],
    );
  }

  async revoke(tx: CoreTransaction, userId: string, place: Place): Promise<void> {
    await tx.models.roleAssignment.deleteMany({ where: { userId, ...place } });
  }

  /** Whether somebody else could still administrate the organisation; keeps it so until the transaction ends. */
  async hasAnotherAdmin(tx: CoreTransaction, organizationId: string, userId: string): Promise<boolean> {
    await tx.sql.query('SELECT id FROM organization WHERE id = $1::uuid FOR NO KEY UPDATE', [organizationId]);
    const others = await tx.models.roleAssignment.count({
      where: { role: 'admin', projectId: null, areaPath: '', expiresAt: null, userId: { not: userId }, user: { organizationId, status: 'ACTIVE' } },
    });
    return others > 0;
  }
}

/** Gateways forget what they knew of permissions with the commit of this transaction. */
export async function permissionsChanged(tx: CoreTransaction): Promise<void> {
  await tx.models.registryState.update({ where: { id: 1 }, data: { permissionsVersion: { increment: 1 } } });
}

function toRole({ name, description, permissions }: { name: string; description: string; permissions: Array<{ permission: string }> }): RoleRow {
  return { name, description, permissions: permissions.map(({ permission }) => permission).sort(), isSystem: false };
}
