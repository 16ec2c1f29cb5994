import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';

export enum CodeChannelType {
  EMAIL = 'EMAIL',
  SMS = 'SMS',
}
registerEnumType(CodeChannelType, { name: 'CodeChannel', description: 'How a one-time code is sent.' });

@ObjectType({ description: 'A code that was asked for. Whether it was sent is not said: that would tell whether there is such an account.' })
export class CodeChallenge {
  @Field(() => ID, { description: 'Give it back together with the code.' })
  challenge: string;

  @Field(() => DateTimeScalar, { description: 'When the code ends.' })
  expiresAt: Date;
}

@ObjectType({ description: 'A message for a wallet to sign (EIP-4361). It is good for one sign-in at this place.' })
export class WalletChallenge {
  @Field(() => String, { description: 'The complete message.' })
  message: string;

  @Field(() => String, { description: 'The nonce in it, for clients that write the message themselves.' })
  nonce: string;

  @Field(() => DateTimeScalar, { description: 'When the message ends.' })
  expiresAt: Date;
}

@ObjectType({ description: 'The beginning of a sign-in with an OpenID Connect issuer.' })
export class OidcAuthorization {
  @Field(() => String, { description: 'Where to send the browser.' })
  url: string;

  @Field(() => String, { description: 'Keep it in the page (for example in `sessionStorage`) and give it to `signInWithOidc`: without it the callback is worth nothing.' })
  flow: string;

  @Field(() => DateTimeScalar, { description: 'When the flow ends.' })
  expiresAt: Date;
}
