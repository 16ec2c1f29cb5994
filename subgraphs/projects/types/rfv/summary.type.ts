import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { MinorUnitsScalar } from '#kernel/graphql';
import { RfvVoucher } from './voucher.type';

export enum RfvKind {
  FREE = 'FREE',
  REFERRAL = 'REFERRAL',
}

registerEnumType(RfvKind, {
  name: 'RfvKind',
  description: 'What vouchers of a project are for.',
  valuesConfig: {
    FREE: { description: 'They are given to whoever needs them.' },
    REFERRAL: { description: 'They are given to people who were referred to a service.' },
  },
});

@ObjectType({ description: 'What a project of referral and free vouchers does.' })
export class RfvProject {
  @Field(() => ID, { description: 'The id of the project.' })
  projectId: string;

  @Field(() => RfvKind, { description: 'What its vouchers are for.' })
  kind: RfvKind;

  @Field(() => MinorUnitsScalar, { description: 'What one voucher that is issued now is worth, in the minor unit of the currency.' })
  voucherValueMinor: bigint;

  @Field(() => Int, { description: 'How many vouchers were issued, cancelled ones aside.' })
  vouchersIssued: number;

  @Field(() => MinorUnitsScalar, { description: 'What they are worth together, in the minor unit of the currency.' })
  issuedMinor: bigint;

  @Field(() => MinorUnitsScalar, { description: 'How much of it vendors have taken, in the minor unit of the currency.' })
  redeemedMinor: bigint;

  @Field(() => MinorUnitsScalar, { description: 'How much can still be issued, in the minor unit of the currency: the budget less what was issued.' })
  remainingBudgetMinor: bigint;

  @Field(() => String, { description: 'The currency of the project, ISO 4217.' })
  currency: string;
}

/** How many vouchers a summary of one person shows. */
export const VOUCHERS_SHOWN = 20;

@ObjectType({ description: 'The vouchers of one person in one project.' })
export class RfvEnrollment {
  @Field(() => [RfvVoucher], { description: `The newest ${VOUCHERS_SHOWN} vouchers of the person; \`rfvVouchers(beneficiaryId:)\` lists all.` })
  vouchers: RfvVoucher[];

  @Field(() => MinorUnitsScalar, { description: 'What all vouchers of the person are worth, cancelled ones aside, in the minor unit of the currency.' })
  issuedMinor: bigint;
}

@ObjectType({ description: 'What one vendor did in one project.' })
export class RfvVendor {
  @Field(() => Int, { description: 'How many vouchers the vendor took.' })
  redeemedVouchers: number;

  @Field(() => MinorUnitsScalar, { description: 'What they are worth together, in the minor unit of the currency.' })
  redeemedMinor: bigint;
}
