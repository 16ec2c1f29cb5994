import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType, DateTimeScalar, MinorUnitsScalar } from '#kernel/graphql';

export enum RfvVoucherStatus {
  ISSUED = 'ISSUED',
  REDEEMED = 'REDEEMED',
  CANCELLED = 'CANCELLED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(RfvVoucherStatus, {
  name: 'RfvVoucherStatus',
  description: 'Where a voucher stands.',
  valuesConfig: {
    ISSUED: { description: 'It can be redeemed.' },
    REDEEMED: { description: 'A vendor took it; this is final.' },
    CANCELLED: { description: 'It was taken back and its amount returned to the budget; this is final.' },
    EXPIRED: { description: 'It was not redeemed while it was valid. Its amount stays reserved until the voucher is cancelled.' },
  },
});

@Directive('@key(fields: "projectId id")')
@ObjectType({ description: 'A voucher: one person may exchange it once, for its amount, at one vendor.' })
export class RfvVoucher {
  @Field(() => ID, { description: 'The id of the voucher, a UUID.' })
  id: string;

  @Field(() => ID, { description: 'The id of the project that issued it.' })
  projectId: string;

  @Field(() => ID, { description: 'The id of the person whom it was issued to.' })
  beneficiaryId: string;

  @Field(() => ID, { nullable: true, description: 'The id of the vendor who took it; null until it is redeemed.' })
  vendorId: string | null;

  @Field(() => MinorUnitsScalar, { description: 'What it is worth, in the minor unit of its currency.' })
  amountMinor: bigint;

  @Field(() => String, { description: 'The currency of its amount, ISO 4217.' })
  currency: string;

  @Field(() => RfvVoucherStatus, { description: 'Where it stands now.' })
  status: RfvVoucherStatus;

  @Field(() => DateTimeScalar, { description: 'When it was issued.' })
  issuedAt: Date;

  @Field(() => DateTimeScalar, { description: 'Until when it can be redeemed.' })
  validUntil: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was redeemed; null until then.' })
  redeemedAt: Date | null;
}

export const RfvVoucherConnection = connectionType('RfvVoucher', () => RfvVoucher);
export type RfvVoucherConnection = InstanceType<typeof RfvVoucherConnection>;
