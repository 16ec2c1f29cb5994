import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateScalar } from '#kernel/graphql';
import { language, line } from '../beneficiaries';
import { ConsentMethod, ConsentPurpose } from './consent.type';

@InputType({ description: 'What people have agreed to, and how.' })
export class RecordConsentInput {
  @Field(() => ConsentPurpose, { description: 'What they agree to.' })
  purpose: ConsentPurpose;

  @Field(() => ConsentMethod, { description: 'How they agreed.' })
  method: ConsentMethod;

  @Field(() => String, { description: 'The language in which they were asked (BCP 47), for example "sw".' })
  language: string;

  @Field(() => String, { description: 'The name and version of the text that was read to them: 1 to 100 characters.' })
  wording: string;

  @Field(() => DateScalar, { nullable: true, description: 'The day on which they agreed, not in the future; today (UTC) when left out.' })
  givenOn?: string | null;
}

const today = (): string => new Date().toISOString().slice(0, 10);

export const recordSchema = z.object({
  purpose: z.enum(ConsentPurpose),
  method: z.enum(ConsentMethod),
  language,
  wording: line(100),
  // A day ahead of UTC is today somewhere on Earth.
  givenOn: z.iso.date('must be a date such as 2026-03-01').refine((day) => Date.parse(day) <= Date.parse(today()) + 86_400_000, 'must not be in the future').nullish().transform((day) => day ?? today()),
});

export const peopleSchema = z.array(z.uuid('must be an id')).min(1, 'must not be empty').max(500, 'must be at most 500').transform((ids) => [...new Set(ids)]);
export const purposeSchema = z.enum(ConsentPurpose);
