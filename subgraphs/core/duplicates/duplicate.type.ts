import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

export enum DuplicateStatus {
  OPEN = 'OPEN',
  DISTINCT = 'DISTINCT',
  DUPLICATE = 'DUPLICATE',
  MERGED = 'MERGED',
}
registerEnumType(DuplicateStatus, {
  name: 'DuplicateStatus',
  description: 'What was decided about two registrations.',
  valuesConfig: {
    OPEN: { description: 'Nothing yet.' },
    DISTINCT: { description: 'They are two people. The pair never comes back.' },
    DUPLICATE: { description: 'They are one person, and not merged (yet).' },
    MERGED: { description: 'They were one person, and are merged.' },
  },
});

export enum DuplicateSearchStatus {
  PAIRING = 'PAIRING',
  SCORING = 'SCORING',
  DONE = 'DONE',
}
registerEnumType(DuplicateSearchStatus, {
  name: 'DuplicateSearchStatus',
  description: 'How far a search for duplicates is.',
  valuesConfig: { PAIRING: { description: 'Pairs that are worth comparing are looked for.' }, SCORING: { description: 'They are compared.' }, DONE: { description: 'All were compared.' } },
});

@ObjectType({ description: 'Something that speaks for, or against, two registrations being one person. It tells nothing personal.' })
export class DuplicateReason {
  @Field(() => String, { description: 'What it is: SAME_ or OTHER_ with GOVERNMENT_ID, PHONE, BANK_ACCOUNT, EMAIL, BIRTH_DATE, BIRTH_YEAR, AREA, GENDER; SIMILAR_NAME, OTHER_NAME.' })
  kind: string;

  @Field(() => Float, { description: 'How much it says (log-odds): more than 0 speaks for it, less against it.' })
  weight: number;
}

@ObjectType({ description: 'Two registrations that may be the same person.' })
export class DuplicateCandidate {
  @Field(() => ID, { description: 'The id of the pair.' })
  id: string;

  lowId: string;
  highId: string;

  @Field(() => Float, { description: 'How likely it is, from 0 to 1.' })
  score: number;

  @Field(() => [DuplicateReason], { description: 'Why: the score follows from these alone.' })
  reasons: DuplicateReason[];

  @Field(() => DuplicateStatus, { description: 'What was decided.' })
  status: DuplicateStatus;

  @Field(() => String, { nullable: true, description: 'What was noted with the decision.' })
  note: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was decided (UTC).' })
  decidedAt: Date | null;
}

export const DuplicateCandidateConnection = connectionType('DuplicateCandidate', () => DuplicateCandidate);

@ObjectType({ description: 'One look for duplicates in the organisation.' })
export class DuplicateSearch {
  @Field(() => ID, { description: 'The id of the search.' })
  id: string;

  @Field(() => DuplicateSearchStatus, { description: 'How far it is.' })
  status: DuplicateSearchStatus;

  @Field(() => Boolean, { description: 'Whether only people who were registered or changed since the search before are compared with everybody; else everybody is.' })
  newcomersOnly: boolean;

  @Field(() => Int, { description: 'How many pairs are compared; 0 while they are looked for.' })
  pairs: number;

  @Field(() => Int, { description: 'How many of them were.' })
  compared: number;

  @Field(() => Int, { description: 'How many new candidates it has found.' })
  found: number;

  @Field(() => DateTimeScalar, { description: 'When it was started (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended (UTC).' })
  endedAt: Date | null;
}
