import { z } from 'zod';
import { defineEvent } from '#kernel/events';

const voucher = z.object({
  voucherId: z.uuid(),
  beneficiaryId: z.uuid(),
  /** Minor units of the currency, as digits. */
  amountMinor: z.string(),
  currency: z.string(),
});

/** The news of a project of this type. */
export const voucherEvents = {
  issued: defineEvent({
    name: 'project.rfv.voucher-issued',
    version: 1,
    payload: voucher.extend({ validUntil: z.iso.datetime() }),
    sentence: 'A voucher was issued to a person, against the budget of the project.',
  }),
  redeemed: defineEvent({
    name: 'project.rfv.voucher-redeemed',
    version: 1,
    payload: voucher.extend({ vendorId: z.uuid() }),
    sentence: 'A vendor took a voucher.',
  }),
  cancelled: defineEvent({
    name: 'project.rfv.voucher-cancelled',
    version: 1,
    payload: voucher,
    sentence: 'A voucher was taken back and its amount returned to the budget.',
  }),
} as const;
