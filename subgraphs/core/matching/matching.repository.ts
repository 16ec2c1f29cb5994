import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { MatchingAgreement as AgreementRow, MatchingRun as RunRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { AgreementRow, RunRow };

/** Somebody of one side, and by what the other side knows them. */
export interface MatchRow {
  beneficiaryId: string;
  kinds: string[];
}

/** Both sides see an agreement, whoever proposed it. */
function visibleTo({ organizationId }: Principal): Prisma.MatchingAgreementWhereInput {
  const id = organizationId ?? NONE;
  return { OR: [{ proposerId: id }, { accepterId: id }] };
}

/** The only user of Prisma in this slice, but for the comparison itself. Methods with a principal are narrowed to the caller's organisation. */
export class MatchingRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<AgreementRow[]> {
    return this.database.matchingAgreement.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] } });
  }

  /** Newest first. */
  list(principal: Principal, page: PageRequest): Promise<AgreementRow[]> {
    const after = page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } };
    return this.database.matchingAgreement.findMany({ where: { AND: [visibleTo(principal), after] }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  /** The newest comparisons of agreements that the caller has been shown. */
  lastRuns(agreementIds: readonly string[]): Promise<RunRow[]> {
    return this.database.matchingRun.findMany({ where: { agreementId: { in: [...agreementIds] } }, orderBy: { id: 'desc' }, distinct: ['agreementId'] });
  }

  /** Comparisons under an agreement that the caller has been shown, newest first. */
  runs(agreementId: string, page: PageRequest): Promise<RunRow[]> {
    const after = page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } };
    return this.database.matchingRun.findMany({ where: { agreementId, ...after }, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  /** Tokens of runs that have ended: what was left behind by a process that died. @returns how many. */
  forgetTokens(): Promise<number> {
    return this.database.$executeRawUnsafe(`DELETE FROM matching_token t USING matching_run r WHERE r.id = t.run_id AND r.status <> 'RUNNING'`);
  }

  partners(ids: readonly string[]): Promise<Array<{ id: string; slug: string; name: string }>> {
    return this.database.organization.findMany({ where: { id: { in: [...ids] } }, select: { id: true, slug: true, name: true } });
  }

  organizationOf(slug: string): Promise<{ id: string } | null> {
    return this.database.organization.findUnique({ where: { slug }, select: { id: true } });
  }

  /**
   * People of one side whom the other side knows, in order of id: as long as both agree that their data is shared, and the agreement holds. Nobody is told who it is on
   * the other side, nor how many.
   */
  async matches({ id, proposerId }: AgreementRow, organizationId: string, page: PageRequest): Promise<MatchRow[]> {
    const [mine, theirs] = proposerId === organizationId ? ['proposers_id', 'accepters_id'] : ['accepters_id', 'proposers_id'];
    return this.database.$queryRawUnsafe<MatchRow[]>(
      `SELECT p.${mine} AS "beneficiaryId", array_agg(DISTINCT k.kind::text ORDER BY k.kind::text) AS kinds
       FROM matching_pair p JOIN matching_agreement a ON a.id = p.agreement_id CROSS JOIN LATERAL unnest(p.kinds) AS k(kind)
       WHERE p.agreement_id = $1::uuid AND p.${mine} > $2::uuid AND a.status = 'ACCEPTED' AND a.ends_on >= (now() AT TIME ZONE 'UTC')::date
         AND ${agrees(`p.${mine}`)} AND ${agrees(`p.${theirs}`)}
       GROUP BY 1 ORDER BY 1 LIMIT $3`,
      id,
      page.after === null || !isId(page.after) ? NONE : page.after,
      page.first + 1,
    );
  }

  async insert(tx: CoreTransaction, row: Prisma.MatchingAgreementUncheckedCreateInput): Promise<void> {
    await tx.models.matchingAgreement.create({ data: row });
  }

  /** Reads an agreement of the caller's organisation and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<AgreementRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM matching_agreement WHERE id = $1::uuid AND $2::uuid IN (proposer_id, accepter_id) FOR UPDATE', [id, principal.organizationId ?? NONE]);
    return tx.models.matchingAgreement.findFirst({ where: { AND: [visibleTo(principal), { id }] } });
  }

  async accept(tx: CoreTransaction, id: string, acceptedById: string): Promise<void> {
    await tx.models.matchingAgreement.update({ where: { id }, data: { status: 'ACCEPTED', acceptedById, acceptedAt: new Date() } });
  }

  /** Ends an agreement, and takes everything away that was found or is being compared under it. */
  async end(tx: CoreTransaction, id: string, endedById: string | null): Promise<void> {
    await tx.models.matchingAgreement.update({ where: { id }, data: { status: 'ENDED', endedById, endedAt: new Date() } });
    await tx.sql.execute('DELETE FROM matching_token WHERE run_id IN (SELECT id FROM matching_run WHERE agreement_id = $1::uuid)', [id]);
    await tx.sql.execute('DELETE FROM matching_pair WHERE agreement_id = $1::uuid', [id]);
    await tx.models.matchingRun.updateMany({ where: { agreementId: id, status: 'RUNNING' }, data: { status: 'CANCELLED', endedAt: new Date() } });
  }

  /** Agreements whose time is over. */
  overdue(today: Date): Promise<AgreementRow[]> {
    return this.database.matchingAgreement.findMany({ where: { status: { not: 'ENDED' }, endsOn: { lt: today } }, take: 100 });
  }

  /** The newest comparison of these two organisations, under whichever of their agreements. */
  newestRun(tx: CoreTransaction, { proposerId, accepterId }: AgreementRow): Promise<RunRow | null> {
    const sides = [{ proposerId, accepterId }, { proposerId: accepterId, accepterId: proposerId }];
    return tx.models.matchingRun.findFirst({ where: { agreement: { OR: sides } }, orderBy: { id: 'desc' } });
  }

  async insertRun(tx: CoreTransaction, row: Prisma.MatchingRunUncheckedCreateInput): Promise<void> {
    await tx.models.matchingRun.create({ data: row });
  }
}

/** SQL: the person agrees now that their data is shared, and still is a registration of their own. */
function agrees(person: string): string {
  return `EXISTS (SELECT FROM consent c WHERE c.beneficiary_id = ${person} AND c.purpose = 'SHARING' AND c.ended_at IS NULL)
    AND EXISTS (SELECT FROM beneficiary b WHERE b.id = ${person} AND b.status IN ('DRAFT', 'ACTIVE', 'SUSPENDED'))`;
}
