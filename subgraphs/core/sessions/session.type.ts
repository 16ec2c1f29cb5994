import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';

@ObjectType({ description: 'Proof of who one is: an access token for a quarter of an hour, and a refresh token for the next one.' })
export class Session {
  @Field(() => ID, { description: 'The id of the session, as in `sessions`.' })
  sessionId: string;

  @Field(() => ID, { description: 'The id of the user who signed in.' })
  userId: string;

  @Field(() => String, { description: 'Send it as `Authorization: Bearer <accessToken>` with every request.' })
  accessToken: string;

  @Field(() => DateTimeScalar, { description: 'When the access token ends.' })
  expiresAt: Date;

  @Field(() => String, { description: 'Exchange it with `refreshSession` before the access token ends. It works once; used again, it ends the session.' })
  refreshToken: string;

  @Field(() => DateTimeScalar, { description: 'When the refresh token ends if it is not used.' })
  refreshExpiresAt: Date;
}

@ObjectType({ description: 'A client that is signed in as the caller.' })
export class ActiveSession {
  @Field(() => ID, { description: 'The id of the session.' })
  id: string;

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  current: boolean;

  @Field(() => [String], { description: 'How the user proved who they are (RFC 8176), for example "pwd" or "otp".' })
  methods: string[];

  @Field(() => String, { nullable: true, description: 'The network address that it was opened from.' })
  address: string | null;

  @Field(() => String, { nullable: true, description: 'The program that it was opened with, as it named itself.' })
  agent: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was opened.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last refreshed.' })
  lastUsedAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends at the latest.' })
  expiresAt: Date;
}
