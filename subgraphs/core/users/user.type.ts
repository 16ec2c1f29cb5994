import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, MinorUnitsScalar, connectionType } from '#kernel/graphql';

export enum UserStatus {
  ACTIVE = 'ACTIVE',
  LOCKED = 'LOCKED',
  DISABLED = 'DISABLED',
}
registerEnumType(UserStatus, {
  name: 'UserStatus',
  description: 'Whether an account may be used.',
  valuesConfig: {
    ACTIVE: { description: 'It may sign in.' },
    LOCKED: { description: 'It may not sign in for the time being, and its tokens are worthless.' },
    DISABLED: { description: 'It may not sign in, and its tokens are worthless.' },
  },
});

export enum RoleStanding {
  IN_FORCE = 'IN_FORCE',
  EXPIRED = 'EXPIRED',
  SUSPENDED = 'SUSPENDED',
}
registerEnumType(RoleStanding, {
  name: 'RoleStanding',
  description: 'Whether a role that somebody holds grants anything now.',
  valuesConfig: {
    IN_FORCE: { description: 'It grants its permissions.' },
    EXPIRED: { description: 'It has ended.' },
    SUSPENDED: { description: 'It is held together with an incompatible role: neither grants anything until one is revoked.' },
  },
});

@ObjectType({ description: 'A role that a user holds.' })
export class UserRole {
  @Field(() => String, { description: 'The name of the role; see `roles`.' })
  role: string;

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; null for the whole organisation.' })
  projectId: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area in which it holds, with those below it; null for every area.' })
  areaPath: string | null;

  @Field(() => MinorUnitsScalar, { nullable: true, description: 'The most that one step may commit, in minor units; null for no limit.' })
  approvalLimitMinor: bigint | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends; null for never.' })
  expiresAt: Date | null;

  @Field(() => RoleStanding, { description: 'Whether it grants anything now.' })
  standing: RoleStanding;
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

  @Field(() => String, { description: 'The language of the user (BCP 47).' })
  preferredLanguage: string;

  @Field(() => JsonScalar, { nullable: true, description: 'What frontends keep for the user; null for everybody else.' })
  settings: Record<string, unknown> | null;

  @Field(() => DateTimeScalar, { description: 'When the account was created.' })
  createdAt: Date;
}

export const UserConnection = connectionType('User', () => User);
