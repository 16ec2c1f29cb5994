import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

export enum UserStatus {
  ACTIVE = 'ACTIVE',
  DISABLED = 'DISABLED',
}
registerEnumType(UserStatus, {
  name: 'UserStatus',
  description: 'Whether an account may be used.',
  valuesConfig: { ACTIVE: { description: 'It may sign in.' }, DISABLED: { description: 'It may not sign in, and its tokens are worthless.' } },
});

@Directive('@key(fields: "id")')
@ObjectType({ description: 'An aid organisation: everything belongs to one, and nobody sees another one’s.' })
export class Organization {
  @Field(() => ID, { description: 'The id of the organisation.' })
  id: string;

  @Field(() => String, { description: 'Its short unique name.' })
  slug: string;

  @Field(() => String, { description: 'Its name for people.' })
  name: string;
}

@ObjectType({ description: 'A role that a user holds.' })
export class UserRole {
  @Field(() => String, { description: 'The role: admin, project-manager or viewer.' })
  role: string;

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; null for the whole organisation.' })
  projectId: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'Someone who works with the system.' })
export class User {
  @Field(() => ID, { description: 'The id of the user.' })
  id: string;

  organizationId: string;

  @Field(() => String, { description: 'The name for people.' })
  displayName: string;

  @Field(() => String, { nullable: true, description: 'The e-mail address that signs in; null for callers without the permission user:read, except one’s own.' })
  email: string | null;

  @Field(() => UserStatus, { description: 'Whether the account may be used.' })
  status: UserStatus;

  @Field(() => [UserRole], { description: 'The roles that the user holds.' })
  roles: UserRole[];

  @Field(() => DateTimeScalar, { description: 'When the account was created.' })
  createdAt: Date;
}

export const UserConnection = connectionType('User', () => User);
