import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

export enum DeviceStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  REVOKED = 'REVOKED',
}
registerEnumType(DeviceStatus, {
  name: 'DeviceStatus',
  description: 'Where a device stands.',
  valuesConfig: {
    PENDING: { description: 'Has shown that it holds its key, not yet approved.' },
    APPROVED: { description: 'What it signs counts, as long as its holder is active.' },
    REVOKED: { description: 'What it signs no longer counts; its key never comes back.' },
  },
});

@ObjectType({ description: 'A phone or tablet of a vendor or a field worker that signs what it does without a network.' })
export class Device {
  @Field(() => ID, { description: 'The id of the device.' })
  id: string;

  @Field(() => String, { description: 'What people call it: 1 to 100 characters.' })
  label: string;

  @Field(() => DeviceStatus, { description: 'Where the device stands.' })
  status: DeviceStatus;

  @Field(() => String, { description: 'Its Ed25519 public key (RFC 8032), 32 bytes in base64url.' })
  publicKey: string;

  @Field(() => ID, { nullable: true, description: 'The id of the vendor that holds it; null for a device of a field worker.' })
  vendorId: string | null;

  @Field(() => ID, { nullable: true, description: 'The id of the field worker who holds it; null for a device of a vendor.' })
  userId: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was enrolled.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was approved.' })
  approvedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was revoked.' })
  revokedReason: string | null;

  @Field(() => Int, { description: 'The sequence number of the newest thing that was taken from it; 0 before the first. It goes on with the next one.' })
  lastSeq: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When something was last taken from it.' })
  lastSeenAt: Date | null;

  @Field(() => Int, { nullable: true, description: 'By how many seconds its clock was ahead (negative: behind) when it was last seen, if it said what it shows.' })
  clockSkewSeconds: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it first sent something else under a sequence number that was taken: its key may be on two devices.' })
  forkedAt: Date | null;
}

export const DeviceConnection = connectionType('Device', () => Device);

@ObjectType({ description: 'A key that waits for the proof that its device holds the private half.' })
export class DeviceEnrollment {
  @Field(() => ID, { description: 'The id to complete the enrolment with.' })
  id: string;

  @Field(() => String, { description: 'What the device signs: these characters in UTF-8, as they stand here.' })
  message: string;

  @Field(() => DateTimeScalar, { description: 'Until when the proof is taken.' })
  expiresAt: Date;
}

@InputType({ description: 'A device to enrol.' })
export class EnrollDeviceInput {
  @Field(() => String, { description: 'Its Ed25519 public key (RFC 8032), 32 bytes in base64url. A key belongs to one device for ever.' })
  publicKey: string;

  @Field(() => String, { description: 'What people call it: 1 to 100 characters.' })
  label: string;

  @Field(() => ID, { nullable: true, description: 'The id of the vendor that holds it; left out, the caller holds it.' })
  vendorId?: string | null;
}

@InputType({ description: 'Which devices to list; what is left out does not narrow.' })
export class DeviceFilter {
  @Field(() => DeviceStatus, { nullable: true, description: 'Only devices that stand there.' })
  status?: DeviceStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only devices of this vendor.' })
  vendorId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only devices of this field worker.' })
  userId?: string | null;
}
