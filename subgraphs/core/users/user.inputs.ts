import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { roles } from '../auth';

@InputType({ description: 'A new user.' })
export class CreateUserInput {
  @Field(() => String, { description: 'The name for people: 1 to 200 characters.' })
  displayName: string;

  @Field(() => String, { description: 'The e-mail address that signs in.' })
  email: string;

  @Field(() => String, { description: 'The first password: 12 to 200 characters.' })
  password: string;
}

@InputType({ description: 'A role to grant or revoke.' })
export class RoleInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId: string;

  @Field(() => String, { description: 'The role: admin, project-manager or viewer.' })
  role: string;

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; the whole organisation when left out.' })
  projectId?: string | null;
}

export const createUserSchema = z.object({
  displayName: z.string().trim().min(1, 'must not be empty').max(200, 'must be at most 200 characters'),
  email: z.email('must be an e-mail address').max(320).transform((email) => email.toLowerCase()),
  password: z.string().min(12, 'must be at least 12 characters').max(200, 'must be at most 200 characters'),
});

export const roleSchema = z.object({
  userId: z.uuid('must be an id'),
  role: z.string().refine((role) => Object.hasOwn(roles, role), `must be one of ${Object.keys(roles).join(', ')}`),
  projectId: z.uuid('must be an id').nullish().transform((id) => id ?? null),
});
