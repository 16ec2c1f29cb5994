import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar, MinorUnitsScalar } from '#kernel/graphql';
import { areaPath } from '../area-path';
import { isPermission } from './permissions';

@InputType({ description: 'A role to take away.' })
export class RevokeRoleInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId: string;

  @Field(() => String, { description: 'The name of the role; see `roles`.' })
  role: string;

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; the whole organisation when left out.' })
  projectId?: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area in which it holds, with those below it, as a path such as "ke.kisumu"; every area when left out.' })
  areaPath?: string | null;
}

@InputType({ description: 'A role in a place. Nobody grants more than they may do themselves.' })
export class GrantInput {
  @Field(() => String, { description: 'The name of the role; see `roles`.' })
  role: string;

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; the whole organisation when left out.' })
  projectId?: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area in which it holds, with those below it, as a path such as "ke.kisumu"; every area when left out.' })
  areaPath?: string | null;

  @Field(() => MinorUnitsScalar, { nullable: true, description: 'The most that one step may commit, in minor units; no limit when left out.' })
  approvalLimitMinor?: bigint | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the role ends; never when left out.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'A role to grant to a user. Nobody grants more than they may do themselves.' })
export class GrantRoleInput extends GrantInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId: string;
}

@InputType({ description: 'A role that the organisation defines for itself.' })
export class CreateRoleInput {
  @Field(() => String, { description: 'The name: 3 to 60 lower-case letters, digits and dashes; unique, and never changed.' })
  name: string;

  @Field(() => String, { description: 'What the role is for: 1 to 500 characters.' })
  description: string;

  @Field(() => [String], { description: 'What its holders may do; see `permissions`. Nobody defines a role that may do more than they may do themselves.' })
  permissions: string[];
}

@InputType({ description: 'What to change of a role; what is left out stays.' })
export class UpdateRoleInput {
  @Field(() => String, { nullable: true, description: 'What the role is for: 1 to 500 characters.' })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'What its holders may do, whole.' })
  permissions?: string[] | null;
}

const projectId = z.uuid('must be an id').nullish().transform((id) => id ?? null);
const area = areaPath.nullish().transform((path) => path ?? '');
const roleName = z.string().min(1, 'must not be empty').max(60, 'must be at most 60 characters');
const description = z.string().trim().min(1, 'must not be empty').max(500, 'must be at most 500 characters');
const permissions = z
  .array(z.string().refine(isPermission, 'is no permission'))
  .min(1, 'must not be empty')
  .max(100, 'must be at most 100')
  .transform((names) => [...new Set(names)].sort());

/** A role in a place, with limit and end, without the user. */
export const grantSchema = z.object({
  role: roleName,
  projectId,
  areaPath: area,
  approvalLimitMinor: z.bigint().min(0n, 'must not be negative').max(10n ** 17n, 'must be at most 10^17').nullish().transform((limit) => limit ?? null),
  expiresAt: z.date().refine((end) => end > new Date(), 'must be in the future').nullish().transform((end) => end ?? null),
});

export const userGrantSchema = grantSchema.extend({ userId: z.uuid('must be an id') });
export const roleSchema = z.object({ userId: z.uuid('must be an id'), role: roleName, projectId, areaPath: area });
export const createRoleSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{1,58}[a-z0-9]$/, 'must be 3 to 60 lower-case letters, digits and dashes'),
  description,
  permissions,
});
export const updateRoleSchema = z.object({ description: description.nullish(), permissions: permissions.nullish() });
