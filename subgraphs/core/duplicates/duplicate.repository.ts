import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { BeneficiaryMerge as MergeRow, DuplicateCandidate as CandidateRow, DuplicateSearch as SearchRow, Prisma } from '../../../generated/prisma/core/client';
import { visibleTo } from '../beneficiaries';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { CandidateRow, MergeRow, SearchRow };

/** A pair is seen by who may compare both of its people. */
function visible(principal: Principal): Prisma.DuplicateCandidateWhereInput {
  const people = visibleTo(principal, 'beneficiary:deduplicate');
  return { organizationId: principal.organizationId ?? NONE, low: people, high: people };
}

/** The only user of Prisma in this slice. Methods with a principal are narrowed to what the caller may see. */
export class DuplicateRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<CandidateRow[]> {
    return this.database.duplicateCandidate.findMany({ where: { AND: [visible(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** The likeliest first, by keyset. */
  list(principal: Principal, status: CandidateRow['status'], page: PageRequest): Promise<CandidateRow[]> {
    return this.database.duplicateCandidate.findMany({ where: { AND: [visible(principal), { status }, beyond(page.after)] }, orderBy: [{ score: 'desc' }, { id: 'asc' }], take: page.first + 1 });
  }

  findSearch(id: string): Promise<SearchRow | null> {
    return this.database.duplicateSearch.findUnique({ where: { id } });
  }

  searches(organizationId: string, ids: readonly string[]): Promise<SearchRow[]> {
    return this.database.duplicateSearch.findMany({ where: { organizationId, id: { in: ids.filter(isId) } } });
  }

  /** @returns whether the search stood there, and so was moved: otherwise another run has taken over. */
  async moveSearch(tx: CoreTransaction, from: Pick<SearchRow, 'id' | 'status' | 'cursor'>, change: Prisma.DuplicateSearchUncheckedUpdateManyInput): Promise<boolean> {
    return (await tx.models.duplicateSearch.updateMany({ where: { id: from.id, status: from.status, cursor: from.cursor }, data: change })).count === 1;
  }

  async pairs(tx: CoreTransaction, searchId: string, after: number, count: number): Promise<Array<{ low: string; high: string }>> {
    const rows = await tx.models.duplicatePair.findMany({ where: { searchId, position: { gt: after, lte: after + count } } });
    return rows.map(({ lowId, highId }) => ({ low: lowId, high: highId }));
  }

  async forgetPairs(tx: CoreTransaction, searchId: string): Promise<void> {
    await tx.models.duplicatePair.deleteMany({ where: { searchId } });
  }

  /** @returns whether it stood at one of these, and so was decided. */
  async decide(tx: CoreTransaction, id: string, from: Array<CandidateRow['status']>, change: Prisma.DuplicateCandidateUncheckedUpdateManyInput): Promise<boolean> {
    return (await tx.models.duplicateCandidate.updateMany({ where: { id, status: { in: from } }, data: change })).count === 1;
  }
}

/** What a cursor of the list holds. */
export function keyOf({ score, id }: Pick<CandidateRow, 'score' | 'id'>): string {
  return `${score}:${id}`;
}

function beyond(key: string | null): Prisma.DuplicateCandidateWhereInput {
  if (key === null) return {};
  const [score = '', id = ''] = key.split(':');
  if (!/^\d{1,4}$/.test(score) || !isId(id)) return { id: NONE };
  return { OR: [{ score: { lt: Number(score) } }, { score: Number(score), id: { gt: id } }] };
}
