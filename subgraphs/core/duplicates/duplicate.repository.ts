import { holds, type Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { BeneficiaryMerge as MergeRow, DuplicateCandidate as CandidateRow, DuplicateSearch as SearchRow, Prisma } from '../../../generated/prisma/core/client';
import type { BeneficiaryAccess } from '../beneficiaries';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { CandidateRow, MergeRow, SearchRow };

const DEDUPLICATE = 'beneficiary:deduplicate';
/** Read at once where a caller sees some people only, and how often. */
const [BATCH, BATCHES] = [200, 25];

/** The only user of Prisma in this slice. A pair is seen by who may compare both of its people. */
export class DuplicateRepository {
  constructor(
    private readonly database: CoreDatabase,
    private readonly people: BeneficiaryAccess,
  ) {}

  async findVisible(principal: Principal, ids: readonly string[]): Promise<CandidateRow[]> {
    return this.visible(principal, await this.database.duplicateCandidate.findMany({ where: { organizationId: principal.organizationId ?? NONE, id: { in: ids.filter(isId) } } }));
  }

  /** The likeliest first, by keyset. */
  async list(principal: Principal, status: CandidateRow['status'], page: PageRequest): Promise<CandidateRow[]> {
    const organizationId = principal.organizationId ?? NONE;
    const everywhere = holds(principal, DEDUPLICATE);
    const found: CandidateRow[] = [];
    let after = page.after;
    for (let batch = 0; batch < BATCHES && found.length <= page.first; batch += 1) {
      const take = everywhere ? page.first + 1 : BATCH;
      const rows: CandidateRow[] = await this.database.duplicateCandidate.findMany({ where: { organizationId, status, ...beyond(after) }, orderBy: [{ score: 'desc' }, { id: 'asc' }], take });
      found.push(...(everywhere ? rows : await this.visible(principal, rows)));
      const last = rows.at(-1);
      if (rows.length < take || !last) break;
      after = keyOf(last);
    }
    return found.slice(0, page.first + 1);
  }

  private async visible(principal: Principal, rows: readonly CandidateRow[]): Promise<CandidateRow[]> {
    if (rows.length === 0) return [];
    const people = new Set((await this.people.find(principal, DEDUPLICATE, rows.flatMap(({ lowId, highId }) => [lowId, highId]))).map(({ id }) => id));
    return rows.filter(({ lowId, highId }) => people.has(lowId) && people.has(highId));
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
