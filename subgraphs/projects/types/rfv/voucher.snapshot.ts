import type { Voucher } from '../../../../generated/prisma/rfv/client';
import { RfvVoucherStatus, type RfvVoucher } from './voucher.type';

/** A voucher as plain JSON: what a repeated request is answered with, however long ago the first one was. */
export interface VoucherSnapshot {
  id: string;
  beneficiaryId: string;
  vendorId: string | null;
  amountMinor: string;
  currency: string;
  status: RfvVoucherStatus;
  issuedAt: string;
  validUntil: string;
  redeemedAt: string | null;
}

export function snapshotOf(row: Voucher, now: Date): VoucherSnapshot {
  return {
    id: row.id,
    beneficiaryId: row.beneficiaryId,
    vendorId: row.vendorId,
    amountMinor: row.amountMinor.toString(),
    currency: row.currency,
    status: statusOf(row, now),
    issuedAt: row.issuedAt.toISOString(),
    validUntil: row.validUntil.toISOString(),
    redeemedAt: row.redeemedAt?.toISOString() ?? null,
  };
}

export function toVoucher(snapshot: VoucherSnapshot, projectId: string): RfvVoucher {
  return {
    ...snapshot,
    projectId,
    amountMinor: BigInt(snapshot.amountMinor),
    issuedAt: new Date(snapshot.issuedAt),
    validUntil: new Date(snapshot.validUntil),
    redeemedAt: snapshot.redeemedAt === null ? null : new Date(snapshot.redeemedAt),
  };
}

/** Nobody need be there at the moment in which a voucher expires: that it has follows from the clock. */
export function statusOf(row: Pick<Voucher, 'status' | 'validUntil'>, now: Date): RfvVoucherStatus {
  return row.status === 'ISSUED' && row.validUntil <= now ? RfvVoucherStatus.EXPIRED : RfvVoucherStatus[row.status];
}
