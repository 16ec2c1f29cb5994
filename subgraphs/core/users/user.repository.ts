import { reachOf, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Prisma, RoleAssignment as AssignmentRow, User as UserRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { AssignmentRow, UserRow };

export interface UserListFilter {
  status?: UserRow['status'] | null | undefined;
  role?: string | null | undefined;
  projectId?: string | null | undefined;
  search?: string | null | undefined;
}

/** Oneself; the organisation's users; or those who hold a role in the projects in which the caller may see users. */
function visibleTo(principal: Principal): Prisma.UserWhereInput {
  const organizationId = principal.organizationId ?? NONE;
  const { everywhere, projects } = reachOf(principal, 'user:read');
  if (everywhere) return { organizationId };
  const self = isId(principal.subject) ? [{ id: principal.subject }] : [];
  return { organizationId, OR: [...self, { assignments: { some: { projectId: { in: projects.filter(isId) } } } }] };
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class UserRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<UserRow[]> {
    return this.database.user.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** Whom the caller has just changed: also who is thereby out of their sight. */
  findChanged(principal: Principal, id: string): Promise<UserRow | null> {
    return this.database.user.findFirst({ where: { id, organizationId: principal.organizationId ?? NONE } });
  }

  list(principal: Principal, filter: UserListFilter, page: PageRequest): Promise<UserRow[]> {
    return this.database.user.findMany({
      where: { AND: [visibleTo(principal), ...matching(filter), page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } }] },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  /** The roles of users whom the caller may see; whoever sees a user of one project only learns what they hold there. */
  assignments(principal: Principal, userIds: readonly string[]): Promise<AssignmentRow[]> {
    const { everywhere, projects } = reachOf(principal, 'user:read');
    const seen: Prisma.RoleAssignmentWhereInput = everywhere ? {} : { OR: [{ projectId: { in: projects.filter(isId) } }, ...(isId(principal.subject) ? [{ userId: principal.subject }] : [])] };
    return this.database.roleAssignment.findMany({
      where: { AND: [{ userId: { in: userIds.filter(isId) }, user: visibleTo(principal) }, seen] },
      orderBy: { id: 'asc' },
    });
  }

  async insert(tx: CoreTransaction, user: Prisma.UserUncheckedCreateInput): Promise<void> {
    await tx.models.user.create({ data: user });
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.UserUpdateInput): Promise<void> {
    await tx.models.user.update({ where: { id }, data: change });
  }

  /** Reads a user of the organisation and keeps others from changing them until the transaction ends. */
  async lock(tx: CoreTransaction, organizationId: string, id: string): Promise<UserRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM app_user WHERE id = $1::uuid AND organization_id = $2::uuid FOR NO KEY UPDATE', [id, organizationId]);
    return tx.models.user.findFirst({ where: { id, organizationId } });
  }
}

function matching(filter: UserListFilter): Prisma.UserWhereInput[] {
  const contains = filter.search?.trim() ? { contains: literal(filter.search.trim()), mode: 'insensitive' as const } : null;
  return [
    filter.status ? { status: filter.status } : {},
    filter.role ? { assignments: { some: { role: filter.role } } } : {},
    filter.projectId ? { assignments: { some: { projectId: isId(filter.projectId) ? filter.projectId : NONE } } } : {},
    contains ? { OR: [{ displayName: contains }, { email: contains }] } : {},
  ];
}

// Prisma hands the text to ILIKE as it is: there, `%` and `_` would match anything.
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
