import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import { Prisma, type BulkAction as ActionRow, type BulkActionItem } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { scopeOf } from '../scope';

export type { ActionRow, BulkActionItem };

/** Seen by who started it, and by who may change people (or enrollments) in the whole organisation, or in its project. */
function visibleTo(principal: Principal): Prisma.BulkActionWhereInput {
  const [people, enrollments] = [scopeOf(principal, 'beneficiary:write'), scopeOf(principal, 'enrollment:write')];
  const { organizationId } = people;
  if (people.everywhere) return { organizationId };
  return { organizationId, OR: [{ createdById: isId(principal.subject) ? principal.subject : NONE }, { projectId: { in: [...enrollments.projects] } }] };
}

/** The only user of Prisma in this slice. Methods with a principal are narrowed to what the caller may see. */
export class BulkActionRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<ActionRow[]> {
    return this.database.bulkAction.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** Newest first. */
  list(principal: Principal, page: PageRequest): Promise<ActionRow[]> {
    const after = page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } };
    return this.database.bulkAction.findMany({ where: { AND: [visibleTo(principal), after] }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  /** People of an action that the caller has been shown to whom nothing was done; `after` is a position. */
  failures(actionId: string, page: PageRequest): Promise<BulkActionItem[]> {
    const after = Number(page.after ?? 0);
    return this.database.bulkActionItem.findMany({ where: { actionId, code: { not: null }, position: { gt: Number.isSafeInteger(after) ? after : 0 } }, orderBy: { position: 'asc' }, take: page.first + 1 });
  }

  async failed(actionIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.bulkActionItem.groupBy({ by: ['actionId'], where: { actionId: { in: [...actionIds] }, code: { not: null } }, _count: true });
    return new Map(rows.map(({ actionId, _count }) => [actionId, _count]));
  }

  find(id: string): Promise<ActionRow | null> {
    return this.database.bulkAction.findUnique({ where: { id } });
  }

  /** Writes down whom an action is about: everybody whom `people` (`SELECT b.id, …`) finds. @returns how many they are. */
  async fill(tx: CoreTransaction, actionId: string, people: Prisma.Sql): Promise<number> {
    return tx.models.$executeRaw`INSERT INTO bulk_action_item (action_id, position, beneficiary_id) SELECT ${actionId}::uuid, row_number() OVER (ORDER BY p.id), p.id FROM (${people}) p`;
  }

  async insert(tx: CoreTransaction, row: Prisma.BulkActionUncheckedCreateInput): Promise<void> {
    await tx.models.bulkAction.create({ data: row });
  }

  async setTotal(tx: CoreTransaction, id: string, total: number): Promise<void> {
    await tx.models.bulkAction.update({ where: { id }, data: { total } });
  }

  /** @returns whether it was running, and so was moved. */
  async end(tx: CoreTransaction, id: string, status: 'DONE' | 'CANCELLED'): Promise<boolean> {
    return (await tx.models.bulkAction.updateMany({ where: { id, status: 'RUNNING' }, data: { status, endedAt: new Date() } })).count === 1;
  }

  /** @returns whether the action still runs and stood there: otherwise another run has taken over. */
  async advance(tx: CoreTransaction, id: string, from: number, to: number): Promise<boolean> {
    return (await tx.models.bulkAction.updateMany({ where: { id, status: 'RUNNING', cursor: from }, data: { cursor: to } })).count === 1;
  }

  chunk(tx: CoreTransaction, actionId: string, after: number, size: number): Promise<BulkActionItem[]> {
    return tx.models.bulkActionItem.findMany({ where: { actionId, position: { gt: after, lte: after + size } }, orderBy: { position: 'asc' } });
  }

  async markFailed(tx: CoreTransaction, actionId: string, failed: ReadonlyMap<string, string>): Promise<void> {
    for (const code of new Set(failed.values())) {
      const ids = [...failed].filter(([, why]) => why === code).map(([id]) => id);
      await tx.models.bulkActionItem.updateMany({ where: { actionId, beneficiaryId: { in: ids } }, data: { code } });
    }
  }
}
