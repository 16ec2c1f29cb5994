import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { ImportBatch as BatchRow, ImportRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { scopeOf } from '../scope';

export type { BatchRow, ImportRow };

/** What a decision does to rows: from where to where, and SQL that says which rows can take it. */
export interface Step {
  from: Array<ImportRow['status']>;
  to: ImportRow['status'];
  possible: string;
}

/** How many rows stand where. */
export type RowCounts = Record<ImportRow['status'], number>;

/** A file tells of people anywhere: it is seen by who may import in the whole organisation, in its project, and by who brought it. */
function visibleTo(principal: Principal): Prisma.ImportBatchWhereInput {
  const { organizationId, everywhere, projects } = scopeOf(principal, 'beneficiary:import');
  return everywhere ? { organizationId } : { organizationId, OR: [{ projectId: { in: [...projects] } }, { createdById: principal.subject }] };
}

/** The only user of Prisma in this slice, but for the phases of the worker. Methods with a principal are narrowed to what the caller may see. */
export class ImportRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<BatchRow[]> {
    return this.database.importBatch.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** Newest first. */
  list(principal: Principal, page: PageRequest): Promise<BatchRow[]> {
    const after = page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } };
    return this.database.importBatch.findMany({ where: { AND: [visibleTo(principal), after] }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  /** Rows of a batch that the caller has been shown, in order; `after` is a row number. */
  rows(batchId: string, status: ImportRow['status'] | null, page: PageRequest): Promise<ImportRow[]> {
    const after = Number(page.after ?? 0);
    return this.database.importRow.findMany({ where: { batchId, ...(status ? { status } : {}), row: { gt: Number.isSafeInteger(after) ? after : 0 } }, orderBy: { row: 'asc' }, take: page.first + 1 });
  }

  async counts(batchIds: readonly string[]): Promise<Map<string, RowCounts>> {
    const found = await this.database.importRow.groupBy({ by: ['batchId', 'status'], where: { batchId: { in: [...batchIds] } }, _count: true });
    const counts = new Map(batchIds.map((id): [string, RowCounts] => [id, { VALID: 0, INVALID: 0, DUPLICATE: 0, SKIPPED: 0, COMMITTED: 0, TO_UPDATE: 0, UPDATED: 0 }]));
    for (const { batchId, status, _count } of found) Object.assign(counts.get(batchId) ?? {}, { [status]: _count });
    return counts;
  }

  find(id: string): Promise<BatchRow | null> {
    return this.database.importBatch.findUnique({ where: { id } });
  }

  /** The batch of the same content and settings, unless nothing came of it. */
  ofContent(tx: CoreTransaction, organizationId: string, contentKey: string): Promise<BatchRow | null> {
    return tx.models.importBatch.findFirst({ where: { organizationId, contentKey, status: { notIn: ['REFUSED', 'FAILED'] } } });
  }

  async insert(tx: CoreTransaction, row: Prisma.ImportBatchUncheckedCreateInput): Promise<void> {
    await tx.models.importBatch.create({ data: row });
  }

  /** Reads a batch that the caller may see and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<BatchRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM import_batch WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.importBatch.findFirst({ where: { AND: [visibleTo(principal), { id }] } });
  }

  async update(tx: CoreTransaction, id: string, change: Prisma.ImportBatchUncheckedUpdateInput): Promise<void> {
    await tx.models.importBatch.update({ where: { id }, data: change });
  }

  /** What was found out about rows is forgotten: they are validated anew. */
  async clearRows(tx: CoreTransaction, batchId: string): Promise<void> {
    await tx.models.importRow.deleteMany({ where: { batchId } });
    await tx.models.importIdentifier.deleteMany({ where: { batchId } });
  }

  /** Moves rows, or all that seem to be somebody twice, as far as they can take the decision. @returns which did. */
  async decide(tx: CoreTransaction, batchId: string, rows: readonly number[] | null, { from, to, possible }: Step): Promise<number[]> {
    const moved = await tx.sql.query<{ row: number }>(
      `UPDATE import_row SET status = $3::import_row_status WHERE batch_id = $1::uuid AND status = ANY($2::import_row_status[]) AND ${possible} AND ($4::int[] IS NULL OR row = ANY($4::int[])) RETURNING row`,
      [batchId, rows ? from : ['DUPLICATE'], to, rows],
    );
    return moved.map(({ row }) => row);
  }

  async savedMapping(organizationId: string, headersHash: string): Promise<unknown> {
    return (await this.database.importMapping.findUnique({ where: { organizationId_headersHash: { organizationId, headersHash } } }))?.mapping ?? null;
  }

  async saveMapping(tx: CoreTransaction, key: { organizationId: string; headersHash: string }, mapping: Prisma.InputJsonValue): Promise<void> {
    await tx.models.importMapping.upsert({ where: { organizationId_headersHash: key }, create: { ...key, mapping }, update: { mapping } });
  }

  /** A file that was dealt with is kept for a month: it holds what people may have had erased. */
  async letFileGo(tx: CoreTransaction, documentId: string): Promise<void> {
    await tx.sql.execute(`UPDATE document SET retain_until = LEAST(coalesce(retain_until, 'infinity'), now() + interval '30 days') WHERE id = $1::uuid`, [documentId]);
  }

  /** Batches that wait for review, and were started before this time. */
  abandoned(startedBefore: Date): Promise<BatchRow[]> {
    return this.database.importBatch.findMany({ where: { status: 'IN_REVIEW', createdAt: { lt: startedBefore } }, take: 100 });
  }

  /** Refuses a batch, if it still stands as it was read. @returns whether it did. */
  async refuse(tx: CoreTransaction, { id, documentId, status, generation }: BatchRow): Promise<boolean> {
    const refused = await tx.models.importBatch.updateMany({ where: { id, status, generation }, data: { status: 'REFUSED', endedAt: new Date() } });
    if (refused.count === 0) return false;
    await this.clearRows(tx, id);
    await this.letFileGo(tx, documentId);
    return true;
  }

  /** Rows of batches that ended before this time. @returns how many batches were cleared. */
  async prune(endedBefore: Date): Promise<number> {
    const old = await this.database.importBatch.findMany({ where: { endedAt: { lt: endedBefore }, rows: { some: {} } }, select: { id: true }, take: 100 });
    for (const { id } of old) {
      await this.database.importRow.deleteMany({ where: { batchId: id } });
      await this.database.importIdentifier.deleteMany({ where: { batchId: id } });
    }
    return old.length;
  }
}
