import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { DateScalar, DateTimeScalar, connectionType } from '#kernel/graphql';
import { line } from '../lines';

export enum MatchingKind {
  PHONE = 'PHONE',
  GOVERNMENT_ID = 'GOVERNMENT_ID',
  BANK_ACCOUNT = 'BANK_ACCOUNT',
  WALLET = 'WALLET',
}
registerEnumType(MatchingKind, {
  name: 'MatchingKind',
  description: 'By what people of two organisations are compared.',
  valuesConfig: {
    PHONE: { description: 'A telephone number. Families share them: alone it says little.' },
    GOVERNMENT_ID: { description: 'A number that a government has given.' },
    BANK_ACCOUNT: { description: 'An account. Families share them: alone it says little.' },
    WALLET: { description: 'The address of a wallet.' },
  },
});

export enum MatchingAgreementStatus {
  PROPOSED = 'PROPOSED',
  ACCEPTED = 'ACCEPTED',
  ENDED = 'ENDED',
}
registerEnumType(MatchingAgreementStatus, {
  name: 'MatchingAgreementStatus',
  description: 'Where an agreement on matching stands.',
  valuesConfig: {
    PROPOSED: { description: 'Waits for the other organisation.' },
    ACCEPTED: { description: 'Both have agreed: people may be compared.' },
    ENDED: { description: 'One of them has ended it, or its time is over. Nothing of what was found is kept.' },
  },
});

export enum MatchingRunStatus {
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  CANCELLED = 'CANCELLED',
}
registerEnumType(MatchingRunStatus, {
  name: 'MatchingRunStatus',
  description: 'Where a comparison stands.',
  valuesConfig: { RUNNING: { description: 'People are being compared.' }, DONE: { description: 'All were compared.' }, CANCELLED: { description: 'The agreement ended meanwhile.' } },
});

@ObjectType({ description: 'Another organisation, as far as the caller is told of it.' })
export class MatchingPartner {
  @Field(() => String, { description: 'Its short unique name.' })
  slug: string;

  @Field(() => String, { description: 'Its name for people.' })
  name: string;
}

@ObjectType({ description: 'One comparison of the people of two organisations.' })
export class MatchingRun {
  @Field(() => ID, { description: 'The id of the comparison.' })
  id: string;

  @Field(() => MatchingRunStatus, { description: 'Where it stands.' })
  status: MatchingRunStatus;

  @Field(() => Boolean, { description: 'Whether the own organisation asked for it.' })
  startedByUs: boolean;

  @Field(() => Int, { description: 'How many people of the own organisation took part: those who agree that their data is shared. 0 until it is done.' })
  people: number;

  @Field(() => DateTimeScalar, { description: 'When it was started (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended (UTC).' })
  endedAt: Date | null;
}

export const MatchingRunConnection = connectionType('MatchingRun', () => MatchingRun);

@ObjectType({ description: 'Somebody of the own organisation who is known to the other one as well.' })
export class Match {
  beneficiaryId: string;

  @Field(() => [MatchingKind], { description: 'By what they are known there.' })
  kinds: MatchingKind[];

  @Field(() => Boolean, { description: 'Whether these are only things that families share: a telephone, an account.' })
  weak: boolean;
}

export const MatchConnection = connectionType('Match', () => Match);

@ObjectType({ description: 'Two organisations let their people be compared, without showing them to each other: each is told which of its own people the other one knows, and nothing else.' })
export class MatchingAgreement {
  @Field(() => ID, { description: 'The id of the agreement.' })
  id: string;

  partnerId: string;

  @Field(() => Boolean, { description: 'Whether the own organisation proposed it.' })
  proposedByUs: boolean;

  @Field(() => String, { description: 'What it is for.' })
  purpose: string;

  @Field(() => [MatchingKind], { description: 'By what people are compared.' })
  kinds: MatchingKind[];

  @Field(() => DateScalar, { description: 'The last day on which it holds (UTC).' })
  endsOn: string;

  @Field(() => MatchingAgreementStatus, { description: 'Where it stands.' })
  status: MatchingAgreementStatus;

  @Field(() => DateTimeScalar, { description: 'When it was proposed (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the other organisation agreed (UTC).' })
  acceptedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended (UTC).' })
  endedAt: Date | null;
}

export const MatchingAgreementConnection = connectionType('MatchingAgreement', () => MatchingAgreement);

@InputType({ description: 'What is proposed to another organisation.' })
export class ProposeMatchingInput {
  @Field(() => String, { description: 'The short name (`slug`) of the other organisation.' })
  organization: string;

  @Field(() => String, { description: 'What it is for, for both sides and the audit log: 1 to 500 characters.' })
  purpose: string;

  @Field(() => [MatchingKind], { description: 'By what people are to be compared.' })
  kinds: MatchingKind[];

  @Field(() => DateScalar, { description: 'The last day on which it is to hold (UTC): from today, at most two years ahead.' })
  endsOn: string;
}

const LONGEST_DAYS = 731;
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export const proposeSchema = z.object({
  organization: z.string().max(100),
  purpose: line(500),
  kinds: z.array(z.enum(MatchingKind)).min(1, 'must not be empty').transform((kinds) => [...new Set(kinds)].sort()),
  endsOn: z.iso.date('must be a date such as 2027-03-01').refine((day) => day >= inDays(0) && day <= inDays(LONGEST_DAYS), 'must be from today to two years ahead'),
});
