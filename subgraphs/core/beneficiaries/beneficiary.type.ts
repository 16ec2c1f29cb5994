import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateScalar, DateTimeScalar, JsonScalar, connectionType } from '#kernel/graphql';
import { Verification } from './verification.type';

export enum BeneficiaryStatus {
  DRAFT = 'DRAFT',
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
  MERGED = 'MERGED',
  ERASED = 'ERASED',
}
registerEnumType(BeneficiaryStatus, {
  name: 'BeneficiaryStatus',
  description: 'Where a registration stands.',
  valuesConfig: {
    DRAFT: { description: 'Registered, but not yet complete.' },
    ACTIVE: { description: 'May be enrolled in projects.' },
    SUSPENDED: { description: 'Set aside for the time being; may not be enrolled.' },
    MERGED: { description: 'Found to be the same person as another registration, which goes on instead.' },
    ERASED: { description: 'The personal data is gone for good, at the wish of the person or when its time was over.' },
  },
});

export enum Gender {
  FEMALE = 'FEMALE',
  MALE = 'MALE',
  OTHER = 'OTHER',
  UNKNOWN = 'UNKNOWN',
}
registerEnumType(Gender, { name: 'Gender', description: 'The gender that a person stated.' });

export enum BirthDatePrecision {
  DAY = 'DAY',
  MONTH = 'MONTH',
  YEAR = 'YEAR',
  ESTIMATED = 'ESTIMATED',
}
registerEnumType(BirthDatePrecision, {
  name: 'BirthDatePrecision',
  description: 'How exactly a day of birth is known.',
  valuesConfig: {
    DAY: { description: 'To the day.' },
    MONTH: { description: 'To the month; the day says nothing.' },
    YEAR: { description: 'To the year; month and day say nothing.' },
    ESTIMATED: { description: 'From the age that the person looks to be, or stated.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person who is registered for aid. Name and phone number are shown only to callers who may read personal data.' })
export class Beneficiary {
  @Field(() => ID, { description: 'The id of the beneficiary.' })
  id: string;

  organizationId: string;

  @Field(() => String, { description: 'The number that the organisation knows the person by; unique in the organisation.' })
  referenceId: string;

  @Field(() => BeneficiaryStatus, { description: 'Where the registration stands.' })
  status: BeneficiaryStatus;

  @Field(() => Gender, { description: 'The gender that the person stated.' })
  gender: Gender;

  @Field(() => DateScalar, { nullable: true, description: 'The day of birth, if known.' })
  birthDate: string | null;

  @Field(() => BirthDatePrecision, { description: 'How exactly the day of birth is known.' })
  birthDatePrecision: BirthDatePrecision;

  @Field(() => String, { description: 'The language to write or speak to the person in (BCP 47), for example "sw".' })
  preferredLanguage: string;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path such as "ke.kisumu.nyando".' })
  areaCode: string | null;

  @Field(() => String, { nullable: true, description: 'The address of the person’s wallet (EIP-55), if there is one.' })
  walletAddress: string | null;

  @Field(() => JsonScalar, { description: 'Values of attributes that are not personal, by key, as `attributeDefinitions` describe them.' })
  attributes: Record<string, unknown>;

  /** Key → id of the definition that the value was checked with, of all attributes. */
  attributeVersions: Record<string, string>;

  @Field(() => String, { nullable: true, description: 'Who registered the person: the id of a user, or "api-key:<id>"; null for the system itself.' })
  registeredById: string | null;

  @Field(() => Verification, { nullable: true, description: 'That the registration was found to be true; null while it was not, or when name, birth or government ids changed since.' })
  verification: Verification | null;

  @Field(() => DateTimeScalar, { description: 'When the person was registered.' })
  createdAt: Date;
}

export const BeneficiaryConnection = connectionType('Beneficiary', () => Beneficiary);

@ObjectType({ description: 'A number that a government has given to a person.' })
export class GovernmentId {
  @Field(() => String, { description: 'What it is, for example "national-id".' })
  kind: string;

  @Field(() => String, { description: 'The number.' })
  number: string;
}

@ObjectType({ description: 'An account at a bank.' })
export class BankAccount {
  @Field(() => String, { description: 'The bank: its code or name.' })
  bank: string;

  @Field(() => String, { description: 'The number of the account.' })
  number: string;

  @Field(() => String, { nullable: true, description: 'In whose name it is, when not in the person’s own.' })
  holder: string | null;
}
