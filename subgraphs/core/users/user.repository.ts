import { isId, newId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Organization, Prisma, RoleAssignment, User } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export type UserRow = User & { assignments: RoleAssignment[] };
export type OrganizationRow = Organization;

const withRoles = { assignments: { orderBy: { id: 'asc' } } } as const;

/** Users of one organisation: its id is asked for by every method. */
export class UserRepository {
  constructor(private readonly database: CoreDatabase) {}

  findMany(organizationId: string, ids: readonly string[]): Promise<UserRow[]> {
    return this.database.user.findMany({ where: { organizationId, id: { in: ids.filter(isId) } }, include: withRoles });
  }

  list(organizationId: string, page: PageRequest): Promise<UserRow[]> {
    return this.database.user.findMany({
      where: { organizationId, ...(page.after === null ? {} : { id: { gt: page.after } }) },
      orderBy: { id: 'asc' },
      take: page.first + 1,
      include: withRoles,
    });
  }

  organizations(ids: readonly string[]): Promise<OrganizationRow[]> {
    return this.database.organization.findMany({ where: { id: { in: ids.filter(isId) } } });
  }

  projectExists(tx: CoreTransaction, organizationId: string, projectId: string): Promise<boolean> {
    return tx.models.project.count({ where: { id: projectId, organizationId } }).then((count) => count === 1);
  }

  insert(tx: CoreTransaction, user: Prisma.UserUncheckedCreateInput): Promise<User> {
    return tx.models.user.create({ data: user });
  }

  /** @returns false when there is no such user in the organisation. */
  async disable(tx: CoreTransaction, organizationId: string, id: string): Promise<boolean> {
    return (await tx.models.user.updateMany({ where: { id, organizationId }, data: { status: 'DISABLED' } })).count === 1;
  }

  async grant(tx: CoreTransaction, role: { userId: string; role: string; projectId: string | null }): Promise<void> {
    await tx.models.roleAssignment.createMany({ data: [{ id: newId(), ...role }], skipDuplicates: true });
  }

  async revoke(tx: CoreTransaction, role: { userId: string; role: string; projectId: string | null }): Promise<void> {
    await tx.models.roleAssignment.deleteMany({ where: role });
  }

  /** Gateways forget what they knew of permissions with the commit of this transaction. */
  async permissionsChanged(tx: CoreTransaction): Promise<void> {
    await tx.models.registryState.update({ where: { id: 1 }, data: { permissionsVersion: { increment: 1 } } });
  }
}
