import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateScalar } from '#kernel/graphql';
import { VerificationMethod } from './verification.type';

@InputType({ description: 'How a registration was found to be true.' })
export class VerifyBeneficiaryInput {
  @Field(() => VerificationMethod, { description: 'How it was found.' })
  method: VerificationMethod;

  @Field(() => DateScalar, { nullable: true, description: 'The day on which it was found, not in the future; today (UTC) when left out.' })
  on?: string | null;
}

const DAY = 86_400_000;
const today = (): string => new Date().toISOString().slice(0, 10);

export const verifySchema = z.object({
  method: z.enum(VerificationMethod),
  // A day ahead of UTC is today somewhere on Earth.
  on: z.iso.date('must be a date such as 2026-03-01').refine((day) => Date.parse(day) <= Date.parse(today()) + DAY, 'must not be in the future').nullish().transform((day) => day ?? today()),
});
