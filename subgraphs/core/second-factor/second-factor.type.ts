import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';

@ObjectType({ description: 'Whether the caller has a second factor.' })
export class SecondFactorStatus {
  @Field(() => Boolean, { description: 'Whether signing in asks for a code of a device.' })
  enrolled: boolean;

  @Field(() => Int, { description: 'How many recovery codes have not been used yet.' })
  recoveryCodesLeft: number;
}

@ObjectType({ description: 'A secret for an authenticator app. It counts from when `confirmSecondFactor` has shown that the app has it.' })
export class SecondFactorOffer {
  @Field(() => String, { description: 'The secret in base32, to be typed.' })
  secret: string;

  @Field(() => String, { description: 'The same as an `otpauth:` URI, to be shown as a QR code.' })
  uri: string;
}

@ObjectType({ description: 'An access token that says that the caller has just proved who they are. The refresh token of the session stays.' })
export class FreshAccess {
  @Field(() => String, { description: 'Send it instead of the one before.' })
  accessToken: string;

  @Field(() => DateTimeScalar, { description: 'When the access token ends.' })
  expiresAt: Date;
}

@ObjectType({ description: 'A second factor that is on.' })
export class SecondFactorEnrolled {
  @Field(() => [String], { description: 'Codes for when the device is lost, each for one time. They are shown only now.' })
  recoveryCodes: string[];

  @Field(() => FreshAccess, { description: 'An access token that says that the second factor was proved.' })
  access: FreshAccess;
}
