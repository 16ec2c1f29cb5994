import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, connectionType } from '#kernel/graphql';

export enum OfflineOutcome {
  ACCEPTED = 'ACCEPTED',
  CONFLICT = 'CONFLICT',
}
registerEnumType(OfflineOutcome, {
  name: 'OfflineOutcome',
  description: 'What became of a registration when it arrived.',
  valuesConfig: {
    ACCEPTED: { description: 'The person is registered.' },
    CONFLICT: { description: 'Kept for somebody to decide on; the device need not send it again.' },
  },
});

export enum OfflineConflictKind {
  CLIENT_ID_REUSED = 'CLIENT_ID_REUSED',
  PERSON_CHANGED = 'PERSON_CHANGED',
  TAKEN = 'TAKEN',
  INVALID = 'INVALID',
  OUT_OF_REACH = 'OUT_OF_REACH',
}
registerEnumType(OfflineConflictKind, {
  name: 'OfflineConflictKind',
  description: 'Why a registration could not be taken as it was.',
  valuesConfig: {
    CLIENT_ID_REUSED: { description: 'Its client id stands for other content already.' },
    PERSON_CHANGED: { description: 'Its client id stands for a person who was changed since.' },
    TAKEN: { description: 'Its reference or wallet belongs to somebody else.' },
    INVALID: { description: 'A field is not acceptable.' },
    OUT_OF_REACH: { description: 'The field worker may not register people in that area.' },
  },
});

export enum OfflineConflictStatus {
  OPEN = 'OPEN',
  REGISTERED = 'REGISTERED',
  LINKED = 'LINKED',
  DISCARDED = 'DISCARDED',
}
registerEnumType(OfflineConflictStatus, {
  name: 'OfflineConflictStatus',
  description: 'What was decided on a registration that could not be taken as it was.',
  valuesConfig: {
    OPEN: { description: 'Nothing yet.' },
    REGISTERED: { description: 'The person was registered after all.' },
    LINKED: { description: 'It is a person who was registered already.' },
    DISCARDED: { description: 'It was put away.' },
  },
});

export enum OfflineDecision {
  REGISTER = 'REGISTER',
  LINK = 'LINK',
  DISCARD = 'DISCARD',
}
registerEnumType(OfflineDecision, {
  name: 'OfflineDecision',
  description: 'What to do about a registration that could not be taken as it was.',
  valuesConfig: {
    REGISTER: { description: 'Register the person, with corrections where they are needed.' },
    LINK: { description: 'Say that it is a person who is registered already.' },
    DISCARD: { description: 'Put it away.' },
  },
});

@InputType({ description: 'One registration that was made without a network.' })
export class OfflineItemInput {
  @Field(() => ID, { description: 'A UUID (lower case) that the device made for the registration: the same one however often it is sent.' })
  clientId: string;

  @Field(() => Int, { description: 'Its sequence number: counts up by one from 1 over all that the device ever registers.' })
  seq: number;

  @Field(() => String, { description: 'When it was made by the clock of the device, in UTC, such as "2026-03-01T08:30:00.000Z". Signed as written.' })
  occurredAt: string;

  @Field(() => JsonScalar, { description: 'The fields of `RegisterBeneficiaryInput`; at most 16,384 characters of JSON.' })
  registration: Record<string, unknown>;
}

@InputType({ description: 'Registrations in the order of their numbers, signed by the device; docs/offline-registration.md says how, byte for byte.' })
export class OfflineBatchInput {
  @Field(() => Int, { description: 'The number of the first item.' })
  fromSeq: number;

  @Field(() => Int, { description: 'The number of the last item.' })
  toSeq: number;

  @Field(() => String, { nullable: true, description: 'The SHA-256 (hexadecimal) of what was signed of the batch before; null in the first one.' })
  previousHash?: string | null;

  @Field(() => [OfflineItemInput], { description: 'At most 200 items; 524,288 bytes of canonical JSON in all.' })
  items: OfflineItemInput[];

  @Field(() => String, { description: 'The Ed25519 signature over the canonical JSON (RFC 8785), 64 bytes in base64url.' })
  signature: string;
}

@ObjectType({ description: 'What became of one registration.' })
export class OfflineItemReceipt {
  @Field(() => Int, { description: 'Its sequence number.' })
  seq: number;

  @Field(() => ID, { description: 'Its client id.' })
  clientId: string;

  @Field(() => OfflineOutcome, { description: 'What became of it.' })
  outcome: OfflineOutcome;

  @Field(() => ID, { nullable: true, description: 'The id of the person, when it was accepted.' })
  beneficiaryId: string | null;

  @Field(() => OfflineConflictKind, { nullable: true, description: 'Why it was not.' })
  conflict: OfflineConflictKind | null;
}

@ObjectType({ description: 'That a batch was taken. The same batch sent again gets the same receipt.' })
export class OfflineReceipt {
  @Field(() => ID, { description: 'The id of the device.' })
  deviceId: string;

  @Field(() => String, { description: 'The SHA-256 (hexadecimal) of what was signed: `previousHash` of the next batch.' })
  hash: string;

  @Field(() => Int, { description: 'The number with which the next batch begins.' })
  nextSeq: number;

  @Field(() => [OfflineItemReceipt], { description: 'What became of each item, in order.' })
  items: OfflineItemReceipt[];
}

@ObjectType({ description: 'A registration made without a network that somebody must decide on.' })
export class OfflineConflict {
  @Field(() => ID, { description: 'The id of the conflict.' })
  id: string;

  @Field(() => ID, { description: 'The id of the device that sent it.' })
  deviceId: string;

  @Field(() => ID, { description: 'The client id of the registration.' })
  clientId: string;

  @Field(() => OfflineConflictKind, { description: 'Why it could not be taken as it was.' })
  kind: OfflineConflictKind;

  @Field(() => String, { description: 'What stands in the way, by field, without values.' })
  problem: string;

  @Field(() => String, { nullable: true, description: 'The administrative area that it names, if that is one.' })
  areaCode: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was made by the clock of the device.' })
  occurredAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it arrived.' })
  createdAt: Date;

  @Field(() => OfflineConflictStatus, { description: 'What was decided.' })
  status: OfflineConflictStatus;

  beneficiaryId: string | null;

  @Field(() => ID, { nullable: true, description: 'Who decided.' })
  resolvedById: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was decided.' })
  resolvedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why, where a reason was given.' })
  reason: string | null;
}

export const OfflineConflictConnection = connectionType('OfflineConflict', () => OfflineConflict);

@InputType({ description: 'Which conflicts to list; what is left out does not narrow.' })
export class OfflineConflictFilter {
  @Field(() => OfflineConflictStatus, { nullable: true, description: 'Only those that stand there.' })
  status?: OfflineConflictStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this device.' })
  deviceId?: string | null;

  @Field(() => OfflineConflictKind, { nullable: true, description: 'Only those of this kind.' })
  kind?: OfflineConflictKind | null;
}

@InputType({ description: 'What to do about a conflict.' })
export class ResolveOfflineConflictInput {
  @Field(() => OfflineDecision, { description: 'What is decided.' })
  decision: OfflineDecision;

  @Field(() => JsonScalar, { nullable: true, description: 'With REGISTER: fields of `RegisterBeneficiaryInput` that take the place of what the device sent, for example another `referenceId`.' })
  corrections?: Record<string, unknown> | null;

  @Field(() => ID, { nullable: true, description: 'With LINK: the id of the person.' })
  beneficiaryId?: string | null;

  @Field(() => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' })
  reason: string;
}
