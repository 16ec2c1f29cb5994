import { reachOf, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { ApiKey as ApiKeyRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { ApiKeyRow };

/** The organisation's keys; or those of the projects in which the caller holds the permission. */
function visibleTo(principal: Principal, permission: string): Prisma.ApiKeyWhereInput {
  const organizationId = principal.organizationId ?? NONE;
  const { everywhere, projects } = reachOf(principal, permission);
  return everywhere ? { organizationId } : { organizationId, projectId: { in: projects.filter(isId) } };
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class ApiKeyRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, id: string): Promise<ApiKeyRow | null> {
    return isId(id) ? this.database.apiKey.findFirst({ where: { AND: [visibleTo(principal, 'api-key:read'), { id }] } }) : Promise.resolve(null);
  }

  list(principal: Principal, projectId: string | null, page: PageRequest): Promise<ApiKeyRow[]> {
    return this.database.apiKey.findMany({
      where: {
        AND: [
          visibleTo(principal, 'api-key:read'),
          projectId ? { projectId: isId(projectId) ? projectId : NONE } : {},
          page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } },
        ],
      },
      orderBy: { id: 'desc' },
      take: page.first + 1,
    });
  }

  /** A key that may be used, by what it hashes to. The key is the permission. */
  findUsable(secretHash: string): Promise<ApiKeyRow | null> {
    return this.database.apiKey.findFirst({ where: { secretHash, revokedAt: null, expiresAt: { gt: new Date() } } });
  }

  async insert(tx: CoreTransaction, key: Prisma.ApiKeyUncheckedCreateInput): Promise<void> {
    await tx.models.apiKey.create({ data: key });
  }

  /** @returns null when the caller may revoke no such key, false when it is revoked already. */
  async revoke(tx: CoreTransaction, principal: Principal, id: string): Promise<boolean | null> {
    if (!isId(id)) return null;
    const visible = { AND: [visibleTo(principal, 'api-key:write'), { id }] };
    if ((await tx.models.apiKey.count({ where: visible })) === 0) return null;
    return (await tx.models.apiKey.updateMany({ where: { AND: [visible, { revokedAt: null }] }, data: { revokedAt: new Date() } })).count === 1;
  }

  /** When keys were last used, many in one statement; never backwards. */
  async used(uses: ReadonlyMap<string, Date>): Promise<void> {
    const ids = [...uses.keys()];
    const times = ids.map((id) => uses.get(id)?.toISOString() ?? null);
    await this.database.$executeRaw`
      UPDATE api_key k SET last_used_at = greatest(k.last_used_at, u.at)
      FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS u(id, at) WHERE k.id = u.id`;
  }
}
