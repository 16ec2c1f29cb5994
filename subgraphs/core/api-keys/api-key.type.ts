import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

export enum ApiKeyStatus {
  ACTIVE = 'ACTIVE',
  EXPIRED = 'EXPIRED',
  REVOKED = 'REVOKED',
}
registerEnumType(ApiKeyStatus, { name: 'ApiKeyStatus', description: 'Whether an API key may be used.' });

@ObjectType({ description: 'A key with which a partner’s system calls us. It may do what it was made for, and never more than who made it.' })
export class ApiKey {
  @Field(() => ID, { description: 'The id of the key.' })
  id: string;

  @Field(() => String, { description: 'What the key is for.' })
  name: string;

  @Field(() => String, { description: 'How the key begins, to know it again.' })
  prefix: string;

  @Field(() => String, { description: 'The name of the role that its permissions are taken from.' })
  role: string;

  @Field(() => [String], { description: 'What it may do.' })
  permissions: string[];

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; null for the whole organisation.' })
  projectId: string | null;

  @Field(() => ApiKeyStatus, { description: 'Whether it may be used.' })
  status: ApiKeyStatus;

  @Field(() => DateTimeScalar, { description: 'When it ends.' })
  expiresAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to some minutes; null for never.' })
  lastUsedAt: Date | null;

  @Field(() => ID, { description: 'The id of the user who made it.' })
  createdById: string;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: Date;
}

@ObjectType({ description: 'An API key that was just made.' })
export class IssuedApiKey {
  @Field(() => ApiKey, { description: 'The key.' })
  apiKey: ApiKey;

  @Field(() => String, { nullable: true, description: 'The key itself, for `Authorization: Bearer` or `x-api-key`. Shown this once: null when the call is a repeat.' })
  secret: string | null;
}

@InputType({ description: 'An API key to make.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What the key is for: 1 to 200 characters.' })
  name: string;

  @Field(() => String, { description: 'The name of the role that its permissions are taken from; see `roles`.' })
  role: string;

  @Field(() => [String], { nullable: true, description: 'Which of the permissions of the role; all of them when left out. Permissions that give others permissions are never among them.' })
  permissions?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; the whole organisation when left out.' })
  projectId?: string | null;

  @Field(() => DateTimeScalar, { description: 'When it ends; within a year.' })
  expiresAt: Date;
}

export const ApiKeyConnection = connectionType('ApiKey', () => ApiKey);
