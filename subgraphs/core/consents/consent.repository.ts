import type { Consent as ConsentRow, Prisma } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';

export type { ConsentRow };
type Purpose = ConsentRow['purpose'];

/** The only user of Prisma in this slice. Whose consents a caller may see or change is decided by who they are about: ask BeneficiaryAccess first. */
export class ConsentRepository {
  constructor(private readonly database: CoreDatabase) {}

  /** All consents of these people, the newest first. */
  ofBeneficiaries(beneficiaryIds: readonly string[]): Promise<ConsentRow[]> {
    return this.database.consent.findMany({ where: { beneficiaryId: { in: [...beneficiaryIds] } }, orderBy: { id: 'desc' } });
  }

  /** Who of these people agrees to something now. */
  async given(purpose: Purpose, beneficiaryIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.consent.findMany({ where: { purpose, endedAt: null, beneficiaryId: { in: [...beneficiaryIds] } }, select: { beneficiaryId: true } });
    return new Set(rows.map((row) => row.beneficiaryId));
  }

  /** Ends what stands. @returns what was ended. */
  end(tx: CoreTransaction, of: { purpose: Purpose; beneficiaryIds: readonly string[] }, how: { end: ConsentRow['end']; endedById: string }): Promise<ConsentRow[]> {
    return tx.models.consent.updateManyAndReturn({
      where: { purpose: of.purpose, endedAt: null, beneficiaryId: { in: [...of.beneficiaryIds] } },
      data: { ...how, endedAt: new Date() },
    });
  }

  async insert(tx: CoreTransaction, rows: Prisma.ConsentCreateManyInput[]): Promise<void> {
    await tx.models.consent.createMany({ data: rows });
  }
}
