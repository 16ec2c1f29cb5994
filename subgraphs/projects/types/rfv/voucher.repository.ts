import { fromPrisma, isId, type SqlTransaction } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Prisma, Voucher, VoucherTotals } from '../../../../generated/prisma/rfv/client';
import { transaction, type RfvDatabase, type RfvTransaction } from './database';
import { RfvVoucherStatus } from './voucher.type';

export interface VoucherFilter {
  status?: RfvVoucherStatus | undefined;
  beneficiaryId?: string | undefined;
}

export type NewVoucher = Pick<Voucher, 'id' | 'beneficiaryId' | 'amountMinor' | 'currency' | 'issuedAt' | 'validUntil'>;

const TOTALS = 1;

/** The vouchers of the project, and the one row of totals that every change of money locks. */
export class VoucherRepository {
  constructor(private readonly database: RfvDatabase) {}

  transaction<T>(work: (tx: RfvTransaction) => Promise<T>): Promise<T> {
    return transaction(this.database, work);
  }

  /** Outside of a transaction, for the runtime's tables. */
  get sql(): SqlTransaction {
    return fromPrisma(this.database);
  }

  findMany(ids: readonly string[]): Promise<Voucher[]> {
    return this.database.voucher.findMany({ where: { id: { in: ids.filter(isId) } } });
  }

  /** Newest first: up to `first + 1` vouchers older than the cursor. */
  page(filter: VoucherFilter, page: PageRequest, now: Date): Promise<Voucher[]> {
    return this.database.voucher.findMany({
      where: {
        ...statusFilter(filter.status, now),
        ...(filter.beneficiaryId === undefined ? {} : { beneficiaryId: filter.beneficiaryId }),
        ...(page.after === null ? {} : { id: { lt: page.after } }),
      },
      orderBy: { id: 'desc' },
      take: page.first + 1,
    });
  }

  totals(): Promise<VoucherTotals> {
    return this.database.voucherTotals.findUniqueOrThrow({ where: { id: TOTALS } });
  }

  /**
   * Takes an amount out of the budget if it still fits. The row stays locked until the transaction ends, so that whoever issues at
   * the same moment sees what is left after it.
   */
  async reserve(tx: RfvTransaction, amountMinor: bigint, budgetMinor: bigint): Promise<boolean> {
    const { count } = await tx.models.voucherTotals.updateMany({
      where: { id: TOTALS, issuedMinor: { lte: budgetMinor - amountMinor } },
      data: { issuedMinor: { increment: amountMinor }, issuedCount: { increment: 1 } },
    });
    return count === 1;
  }

  insert(tx: RfvTransaction, voucher: NewVoucher): Promise<Voucher> {
    return tx.models.voucher.create({ data: voucher });
  }

  /** How many vouchers that are not cancelled a person has. Exact when asked after {@link reserve}. */
  countOf(tx: RfvTransaction, beneficiaryId: string): Promise<number> {
    return tx.models.voucher.count({ where: { beneficiaryId, status: { not: 'CANCELLED' } } });
  }

  find(tx: RfvTransaction, id: string): Promise<Voucher | null> {
    return tx.models.voucher.findUnique({ where: { id } });
  }

  /** Redeems a voucher that is valid; null when it is not (any more): of two at once, one gets it. */
  async redeem(tx: RfvTransaction, id: string, by: { vendorId: string; now: Date }): Promise<Voucher | null> {
    const [voucher] = await tx.models.voucher.updateManyAndReturn({
      where: { id, status: 'ISSUED', validUntil: { gt: by.now } },
      data: { status: 'REDEEMED', vendorId: by.vendorId, redeemedAt: by.now },
    });
    if (!voucher) return null;
    await this.addToTotals(tx, { redeemedMinor: { increment: voucher.amountMinor } });
    return voucher;
  }

  /** Takes back a voucher that was not redeemed, and returns its amount to the budget; null when there is nothing to take back. */
  async cancel(tx: RfvTransaction, id: string, now: Date): Promise<Voucher | null> {
    const [voucher] = await tx.models.voucher.updateManyAndReturn({ where: { id, status: 'ISSUED' }, data: { status: 'CANCELLED', cancelledAt: now } });
    if (!voucher) return null;
    await this.addToTotals(tx, { issuedMinor: { decrement: voucher.amountMinor }, issuedCount: { decrement: 1 } });
    return voucher;
  }

  private async addToTotals(tx: RfvTransaction, data: Prisma.VoucherTotalsUpdateInput): Promise<void> {
    await tx.models.voucherTotals.update({ where: { id: TOTALS }, data });
  }
}

function statusFilter(status: RfvVoucherStatus | undefined, now: Date): Prisma.VoucherWhereInput {
  switch (status) {
    case undefined:
      return {};
    case RfvVoucherStatus.ISSUED:
      return { status: 'ISSUED', validUntil: { gt: now } };
    case RfvVoucherStatus.EXPIRED:
      return { status: 'ISSUED', validUntil: { lte: now } };
    case RfvVoucherStatus.REDEEMED:
    case RfvVoucherStatus.CANCELLED:
      return { status };
  }
}
