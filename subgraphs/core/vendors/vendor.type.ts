import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

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
    OFFBOARDED: { description: 'No longer works with the organisation.' },
  },
});

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

  @Field(() => String, { nullable: true, description: 'The phone number of the contact (E.164); null for callers without the permission vendor:write.' })
  contactPhone: string | null;

  @Field(() => String, { nullable: true, description: 'The address of the vendor’s wallet (EIP-55), if there is one.' })
  walletAddress: string | null;

  @Field(() => DateTimeScalar, { description: 'When the vendor was registered.' })
  createdAt: Date;
}

export const VendorConnection = connectionType('Vendor', () => Vendor);
