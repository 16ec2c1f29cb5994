import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';

@ObjectType({ description: 'Proof of who one is, for a quarter of an hour.' })
export class Session {
  @Field(() => ID, { description: 'The id of the user who signed in.' })
  userId: string;

  @Field(() => String, { description: 'Send it as `Authorization: Bearer <accessToken>` with every request.' })
  accessToken: string;

  @Field(() => DateTimeScalar, { description: 'When the access token ends.' })
  expiresAt: Date;
}
