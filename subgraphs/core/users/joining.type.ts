import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';
import { GrantInput } from '../roles';

export enum InvitationStatus {
  OPEN = 'OPEN',
  ACCEPTED = 'ACCEPTED',
  REVOKED = 'REVOKED',
  EXPIRED = 'EXPIRED',
}
registerEnumType(InvitationStatus, { name: 'InvitationStatus', description: 'Whether an invitation may be accepted.' });

export enum SignupStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  REJECTED = 'REJECTED',
}
registerEnumType(SignupStatus, { name: 'SignupStatus', description: 'What became of a request to join.' });

@ObjectType({ description: 'A seat in the organisation that waits for somebody.' })
export class Invitation {
  @Field(() => ID, { description: 'The id of the invitation.' })
  id: string;

  @Field(() => String, { description: 'The e-mail address that will sign in.' })
  email: string;

  @Field(() => String, { description: 'The name for people.' })
  displayName: string;

  @Field(() => InvitationStatus, { description: 'Whether it may be accepted.' })
  status: InvitationStatus;

  @Field(() => [String], { description: 'The names of the roles that come with it.' })
  roles: string[];

  @Field(() => DateTimeScalar, { description: 'When it ends.' })
  expiresAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: Date;
}

@ObjectType({ description: 'An invitation that was just made.' })
export class IssuedInvitation {
  @Field(() => Invitation, { description: 'The invitation.' })
  invitation: Invitation;

  @Field(() => String, { nullable: true, description: 'What the invited person passes to `acceptInvitation`. Shown this once: null when the call is a repeat.' })
  token: string | null;
}

@ObjectType({ description: 'Somebody who asks to join the organisation.' })
export class SignupRequest {
  @Field(() => ID, { description: 'The id of the request.' })
  id: string;

  @Field(() => String, { description: 'The e-mail address of the person.' })
  email: string;

  @Field(() => String, { description: 'The name of the person.' })
  displayName: string;

  @Field(() => String, { description: 'What the person wrote.' })
  message: string;

  @Field(() => SignupStatus, { description: 'What became of it.' })
  status: SignupStatus;

  @Field(() => String, { nullable: true, description: 'Why it was rejected.' })
  reason: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was decided.' })
  decidedAt: Date | null;

  @Field(() => DateTimeScalar, { description: 'When the person asked.' })
  createdAt: Date;
}

@InputType({ description: 'Whom to invite.' })
export class InviteUserInput {
  @Field(() => String, { description: 'The e-mail address that will sign in.' })
  email: string;

  @Field(() => String, { description: 'The name for people: 1 to 200 characters.' })
  displayName: string;

  @Field(() => [GrantInput], { nullable: true, description: 'Up to 20 roles that come with it.' })
  roles?: GrantInput[] | null;
}

@InputType({ description: 'A request to join an organisation.' })
export class RequestSignupInput {
  @Field(() => String, { description: 'The short name of the organisation.' })
  organization: string;

  @Field(() => String, { description: 'One’s e-mail address.' })
  email: string;

  @Field(() => String, { description: 'One’s name: 1 to 200 characters.' })
  displayName: string;

  @Field(() => String, { nullable: true, description: 'Why one wants to join: up to 1,000 characters.' })
  message?: string | null;
}

export const InvitationConnection = connectionType('Invitation', () => Invitation);
export const SignupRequestConnection = connectionType('SignupRequest', () => SignupRequest);
