import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';

export enum AttributeType {
  TEXT = 'TEXT',
  TEL = 'TEL',
  NUMBER = 'NUMBER',
  DATE = 'DATE',
  BOOLEAN = 'BOOLEAN',
  SELECT = 'SELECT',
  MULTISELECT = 'MULTISELECT',
  GEO = 'GEO',
}
registerEnumType(AttributeType, {
  name: 'AttributeType',
  description: 'What an attribute holds, and how its value is written in JSON.',
  valuesConfig: {
    TEXT: { description: 'One line of text: a string of 1 to 1,000 characters.' },
    TEL: { description: 'A telephone number in E.164: a string such as "+254712345678".' },
    NUMBER: { description: 'A number: a JSON number, for example 4 or 2.5.' },
    DATE: { description: 'A calendar date, ISO 8601: a string such as "2026-03-01".' },
    BOOLEAN: { description: 'Yes or no: true or false.' },
    SELECT: { description: 'One of the options: its value as a string.' },
    MULTISELECT: { description: 'Any of the options: a list of their values.' },
    GEO: { description: 'A place on Earth (WGS 84, degrees): an object { "latitude": -0.09, "longitude": 34.76 }.' },
  },
});

@ObjectType({ description: 'A text in one language.' })
export class Translation {
  @Field(() => String, { description: 'The language (BCP 47), for example "sw".' })
  language: string;

  @Field(() => String, { description: 'The text.' })
  text: string;
}

@ObjectType({ description: 'One thing that may be chosen.' })
export class AttributeOption {
  @Field(() => String, { description: 'What is stored.' })
  value: string;

  @Field(() => [Translation], { description: 'What is shown, by language; empty when the value itself is shown.' })
  label: Translation[];
}

@ObjectType({ description: 'One version of an attribute of registrations. It is never changed: a change stands beside it as a newer version, and values remember which they were checked with.' })
export class AttributeDefinition {
  @Field(() => ID, { description: 'The id of this version.' })
  id: string;

  @Field(() => ID, { nullable: true, description: 'The project in which it counts, before what the organisation says of the same key; null when it counts in the whole organisation.' })
  projectId: string | null;

  @Field(() => String, { description: 'The name of the attribute in values, for example "household_income".' })
  key: string;

  @Field(() => Int, { description: 'Counts up from 1 with each change.' })
  version: number;

  @Field(() => [Translation], { description: 'What the attribute is called, by language.' })
  label: Translation[];

  @Field(() => AttributeType, { description: 'What it holds.' })
  type: AttributeType;

  @Field(() => Boolean, { description: 'Whether every complete registration has a value.' })
  required: boolean;

  @Field(() => [AttributeOption], { description: 'What may be chosen, in order; empty unless the type is SELECT or MULTISELECT.' })
  options: AttributeOption[];

  @Field(() => String, { nullable: true, description: 'A regular expression (RE2) that the whole value must match.' })
  pattern: string | null;

  @Field(() => Boolean, { description: 'Whether values are personal data: sealed, and shown only to callers with the permission beneficiary:read-pii.' })
  isPersonal: boolean;

  @Field(() => Boolean, { description: 'Whether values are taken. What was stored before stays.' })
  active: boolean;

  @Field(() => DateTimeScalar, { description: 'When this version was made (UTC).' })
  createdAt: Date;
}
