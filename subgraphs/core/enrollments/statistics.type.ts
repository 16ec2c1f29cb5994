import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum EnrollmentDimension {
  STATUS = 'STATUS',
  GENDER = 'GENDER',
  AGE_BAND = 'AGE_BAND',
  AREA = 'AREA',
}
registerEnumType(EnrollmentDimension, {
  name: 'EnrollmentDimension',
  description: 'By what people in a project are counted.',
  valuesConfig: {
    STATUS: { description: 'Where they stand; everybody who was ever enrolled.' },
    GENDER: { description: 'The gender that they stated; those who are named for the project or take part in it.' },
    AGE_BAND: { description: '0-4, 5-17, 18-59, 60+ or UNKNOWN, by the year of birth (many know no more of it): the age that they reach this year. Those who are named for the project or take part in it.' },
    AREA: { description: 'The area in which they live, down to the depth asked for. Those who are named for the project or take part in it.' },
  },
});

@ObjectType({ description: 'How many people there are of one kind.' })
export class EnrollmentCount {
  @Field(() => String, { description: 'The kind: a status, a gender, an age band, or the path of an area ("" for none).' })
  key: string;

  @Field(() => Int, { nullable: true, description: 'How many. Null where so few, or another number that would give them away, are not told to callers without the permission beneficiary:read-pii.' })
  count: number | null;

  @Field(() => Boolean, { description: 'Whether the number is withheld.' })
  suppressed: boolean;
}
