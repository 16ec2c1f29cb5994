import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';
import { GeoPoint } from './location';

export enum VendorStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  SUSPENDED = 'SUSPENDED',
  OFFBOARDED = 'OFFBOARDED',
}
registerEnumType(VendorStatus, {
  name: 'VendorStatus',
  description: 'Where a vendor stands.',
  valuesConfig: {
    PENDING: { description: 'Registered, not yet approved.' },
    APPROVED: { description: 'May be assigned to projects.' },
    SUSPENDED: { description: 'Set aside for the time being.' },
    OFFBOARDED: { description: 'No longer works with the organisation, or was turned down; there is no way back.' },
  },
});

export enum VendorOrder {
  OLDEST_FIRST = 'OLDEST_FIRST',
  NEWEST_FIRST = 'NEWEST_FIRST',
  NAME = 'NAME',
}
registerEnumType(VendorOrder, { name: 'VendorOrder', description: 'In which order vendors are listed.' });

export enum PayoutKind {
  BANK = 'BANK',
  MOBILE_MONEY = 'MOBILE_MONEY',
  EXCHANGE = 'EXCHANGE',
}
registerEnumType(PayoutKind, {
  name: 'PayoutKind',
  description: 'What kind of account a vendor’s money is paid out to.',
  valuesConfig: {
    BANK: { description: 'An account at a bank.' },
    MOBILE_MONEY: { description: 'An account of a mobile money operator.' },
    EXCHANGE: { description: 'An account at a provider that changes tokens into money.' },
  },
});

@ObjectType({ description: 'Where a vendor’s earnings leave the system (off-ramp). Kept encrypted.' })
export class PayoutAccount {
  @Field(() => PayoutKind, { description: 'What kind of account it is.' })
  kind: PayoutKind;

  @Field(() => String, { description: 'The bank, operator or provider.' })
  provider: string;

  @Field(() => String, { description: 'The number of the account there.' })
  number: string;

  @Field(() => String, { description: 'In whose name it is held.' })
  holder: string;
}

@ObjectType({ description: 'One step in the life of a vendor.' })
export class VendorStep {
  @Field(() => ID, { description: 'The id of the step.' })
  id: string;

  @Field(() => VendorStatus, { description: 'Where the vendor stood from then on.' })
  status: VendorStatus;

  @Field(() => String, { nullable: true, description: 'Why, where a reason was given.' })
  reason: string | null;

  @Field(() => ID, { description: 'Who did it: the id of a user, or `api-key:<id>`.' })
  actorId: string;

  @Field(() => Boolean, { description: 'Whether somebody approved what was their own; see `OnboardingPolicy.selfApproval`.' })
  byMaker: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was done.' })
  at: Date;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A shop or agent where people get goods or money.' })
export class Vendor {
  @Field(() => ID, { description: 'The id of the vendor.' })
  id: string;

  @Field(() => String, { description: 'The name of the vendor; unique in the organisation.' })
  name: string;

  @Field(() => VendorStatus, { description: 'Where the vendor stands.' })
  status: VendorStatus;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path such as "ke.kisumu.nyando".' })
  areaCode: string | null;

  @Field(() => GeoPoint, { nullable: true, description: 'Where the vendor is, if that is known.' })
  location: GeoPoint | null;

  @Field(() => String, { nullable: true, description: 'The address of the vendor’s wallet (EIP-55), if there is one.' })
  walletAddress: string | null;

  @Field(() => ID, { nullable: true, description: 'The id of the user who acts for the vendor, if there is one.' })
  ownerUserId: string | null;

  @Field(() => DateTimeScalar, { description: 'When the vendor was registered.' })
  createdAt: Date;
}

export const VendorConnection = connectionType('Vendor', () => Vendor);
