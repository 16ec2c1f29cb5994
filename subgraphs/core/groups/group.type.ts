import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType, DateTimeScalar, JsonScalar } from '#kernel/graphql';

export enum GroupPurpose {
  BANK_TRANSFER = 'BANK_TRANSFER',
  MOBILE_MONEY = 'MOBILE_MONEY',
  VENDOR_VOUCHER = 'VENDOR_VOUCHER',
  IN_KIND = 'IN_KIND',
  COMMUNICATION = 'COMMUNICATION',
}
registerEnumType(GroupPurpose, {
  name: 'GroupPurpose',
  description: 'What a group of people is for.',
  valuesConfig: {
    BANK_TRANSFER: { description: 'To be paid to accounts at banks.' },
    MOBILE_MONEY: { description: 'To be paid to telephone numbers.' },
    VENDOR_VOUCHER: { description: 'To buy from vendors with vouchers.' },
    IN_KIND: { description: 'To be given goods.' },
    COMMUNICATION: { description: 'To be written or spoken to.' },
  },
});

export enum GroupMode {
  STATIC = 'STATIC',
  DYNAMIC = 'DYNAMIC',
}
registerEnumType(GroupMode, {
  name: 'GroupMode',
  description: 'How it is said who is in a group.',
  valuesConfig: {
    STATIC: { description: 'One by one.' },
    DYNAMIC: { description: 'By a filter: whoever fits it when it is asked.' },
  },
});

@ObjectType({ description: 'People who are treated alike. `beneficiaryGroupMembers` lists them.' })
export class BeneficiaryGroup {
  @Field(() => ID, { description: 'The id of the group.' })
  id: string;

  @Field(() => ID, { nullable: true, description: 'The project whose people it is of; null when it is of the whole organisation.' })
  projectId: string | null;

  @Field(() => String, { description: 'What it is called; unique in the project, or in the organisation.' })
  name: string;

  @Field(() => GroupPurpose, { description: 'What it is for.' })
  purpose: GroupPurpose;

  @Field(() => GroupMode, { description: 'How it is said who is in it.' })
  mode: GroupMode;

  @Field(() => JsonScalar, { nullable: true, description: 'Who is in it, in the words of BeneficiaryFilter; null when it is said one by one.' })
  filter: Record<string, unknown> | null;

  @Field(() => DateTimeScalar, { description: 'When it was made (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it is no longer used (UTC); null while it is.' })
  archivedAt: Date | null;
}

export const BeneficiaryGroupConnection = connectionType('BeneficiaryGroup', () => BeneficiaryGroup);

@ObjectType({ description: 'Who was in a group at a moment, recorded for good: neither the snapshot nor its members ever change. `groupSnapshotMembers` lists them.' })
export class GroupSnapshot {
  @Field(() => ID, { description: 'The id of the snapshot.' })
  id: string;

  groupId: string;

  @Field(() => Int, { description: 'How many people are in it.' })
  count: number;

  @Field(() => Int, { description: 'How many members of the group are not in it, because their registration was not ACTIVE or they no longer took part in the project of the group.' })
  leftOut: number;

  @Field(() => String, { description: 'SHA-256, in hexadecimal, of the ids of its people in ascending order, joined by line feeds: the same people, the same hash.' })
  hash: string;

  @Field(() => String, { description: 'Who took it: the id of a user, or "api-key:<id>".' })
  takenById: string;

  @Field(() => DateTimeScalar, { description: 'When it was taken (UTC).' })
  takenAt: Date;
}
