import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '#kernel/graphql';
import { newPassword } from '../auth';
import { UserStatus } from './user.type';

@InputType({ description: 'A new user.' })
export class CreateUserInput {
  @Field(() => String, { description: 'The name for people: 1 to 200 characters.' })
  displayName: string;

  @Field(() => String, { description: 'The e-mail address that signs in.' })
  email: string;

  @Field(() => String, { description: 'The first password: 12 to 200 characters.' })
  password: string;
}

@InputType({ description: 'What to change of a user; what is left out stays.' })
export class UpdateUserInput {
  @Field(() => String, { nullable: true, description: 'The name for people: 1 to 200 characters.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'The language of the user (BCP 47).' })
  preferredLanguage?: string | null;
}

@InputType({ description: 'What to change of one’s own account; what is left out stays.' })
export class UpdateProfileInput extends UpdateUserInput {
  @Field(() => JsonScalar, { nullable: true, description: 'What a frontend keeps for the user, whole: up to 10,000 characters of JSON.' })
  settings?: Record<string, unknown> | null;
}

@InputType({ description: 'Which users to list; what is left out does not narrow.' })
export class UserFilter {
  @Field(() => UserStatus, { nullable: true, description: 'Only accounts that stand there.' })
  status?: UserStatus | null;

  @Field(() => String, { nullable: true, description: 'Only users who hold this role somewhere.' })
  role?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only users who hold a role in this project.' })
  projectId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only users whose name or e-mail address contains this text.' })
  search?: string | null;
}

const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

/** One line of text for people. */
export const personName = z
  .string()
  .transform((text) => text.normalize('NFC').trim())
  .pipe(z.string().min(1, 'must not be empty').max(200, 'must be at most 200 characters').refine((text) => !NO_TEXT.test(text), 'must not contain control characters'));
export const email = z.email('must be an e-mail address').max(320).transform((text) => text.toLowerCase());
export const reason = z.string().trim().min(1, 'must not be empty').max(500, 'must be at most 500 characters');
const language = z.string().max(35).regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 language tag such as sw');
const settings = z.record(z.string(), z.unknown()).refine((value) => JSON.stringify(value).length <= 10_000, 'must be at most 10,000 characters of JSON');

export const createUserSchema = z.object({ displayName: personName, email, password: newPassword });
export const updateUserSchema = z.object({ displayName: personName.nullish(), preferredLanguage: language.nullish() });
export const updateProfileSchema = updateUserSchema.extend({ settings: settings.nullish() });
export const userFilterSchema = z.object({
  status: z.enum(UserStatus).nullish(),
  role: z.string().max(60).nullish(),
  projectId: z.string().max(100).nullish(),
  search: z.string().max(200, 'must be at most 200 characters').refine((text) => !NO_TEXT.test(text), 'must not contain control characters').nullish(),
});
