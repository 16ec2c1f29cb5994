import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateScalar, DateTimeScalar } from '#kernel/graphql';

export enum VerificationMethod {
  DOCUMENT = 'DOCUMENT',
  HOME_VISIT = 'HOME_VISIT',
  IN_PERSON = 'IN_PERSON',
  PHONE_CALL = 'PHONE_CALL',
  COMMUNITY = 'COMMUNITY',
}
registerEnumType(VerificationMethod, {
  name: 'VerificationMethod',
  description: 'How it was found that a registration is true.',
  valuesConfig: {
    DOCUMENT: { description: 'By documents of the person, for example an identity card.' },
    HOME_VISIT: { description: 'By a visit where the person lives.' },
    IN_PERSON: { description: 'By meeting the person, for example at a registration desk.' },
    PHONE_CALL: { description: 'By a call to a number of the person.' },
    COMMUNITY: { description: 'By the word of the community, for example of a committee that knows the person.' },
  },
});

@ObjectType({ description: 'That somebody other than who registered a person found the registration to be true.' })
export class Verification {
  @Field(() => DateScalar, { description: 'The day on which it was found.' })
  on: string;

  @Field(() => VerificationMethod, { description: 'How it was found.' })
  method: VerificationMethod;

  @Field(() => String, { description: 'Who found it: the id of a user, or "api-key:<id>".' })
  byId: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded (UTC).' })
  recordedAt: Date;
}
