import { isId } from '#kernel/db';
import { Prisma, type Voucher } from '../../../../generated/prisma/rfv/client';
import type { RfvDatabase } from './database';
import { VOUCHERS_SHOWN } from './summary.type';

export interface BeneficiaryVouchers {
  beneficiaryId: string;
  newest: Voucher[];
  issuedMinor: bigint;
}

export interface VendorRedemptions {
  vendorId: string;
  redeemedVouchers: number;
  redeemedMinor: bigint;
}

/** Sums by person and by vendor, for many of them in one query. */
export class SummaryRepository {
  constructor(private readonly database: RfvDatabase) {}

  async ofBeneficiaries(ids: readonly string[]): Promise<BeneficiaryVouchers[]> {
    const rows = await this.database.$queryRaw<Array<Voucher & { total: bigint }>>(Prisma.sql`
      SELECT id, beneficiary_id AS "beneficiaryId", vendor_id AS "vendorId", amount_minor AS "amountMinor", currency, status::text AS status,
             issued_at AS "issuedAt", valid_until AS "validUntil", redeemed_at AS "redeemedAt", cancelled_at AS "cancelledAt", total
      FROM (
        SELECT voucher.*, row_number() OVER (PARTITION BY beneficiary_id ORDER BY id DESC) AS place,
               coalesce(sum(amount_minor) FILTER (WHERE status <> 'CANCELLED') OVER (PARTITION BY beneficiary_id), 0)::bigint AS total
        FROM voucher WHERE beneficiary_id = ANY(${ids.filter(isId)}::uuid[])
      ) AS ranked
      WHERE place <= ${VOUCHERS_SHOWN}
      ORDER BY id DESC`);
    const found = new Map<string, BeneficiaryVouchers>();
    for (const { total, ...voucher } of rows) {
      const { beneficiaryId } = voucher;
      const person = found.get(beneficiaryId) ?? { beneficiaryId, newest: [], issuedMinor: total };
      person.newest.push(voucher);
      found.set(beneficiaryId, person);
    }
    return [...found.values()];
  }

  async ofVendors(ids: readonly string[]): Promise<VendorRedemptions[]> {
    const groups = await this.database.voucher.groupBy({
      by: ['vendorId'],
      where: { vendorId: { in: ids.filter(isId) } },
      _count: { _all: true },
      _sum: { amountMinor: true },
    });
    return groups.map(({ vendorId, _count, _sum }) => ({
      vendorId: vendorId ?? '',
      redeemedVouchers: _count._all,
      redeemedMinor: _sum.amountMinor ?? 0n,
    }));
  }
}
