import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { language, line } from '../lines';
import { AttributeType } from './attribute.type';
import { KEY } from './checker';
import { MAX_PATTERN, wholeMatch } from './pattern';

@InputType({ description: 'A text in one language.' })
export class TranslationInput {
  @Field(() => String, { description: 'The language (BCP 47), for example "sw".' })
  language: string;

  @Field(() => String, { description: 'The text: 1 to 200 characters.' })
  text: string;
}

@InputType({ description: 'One thing that may be chosen.' })
export class AttributeOptionInput {
  @Field(() => String, { description: 'What is stored: 1 to 100 characters, once in the list.' })
  value: string;

  @Field(() => [TranslationInput], { nullable: true, description: 'What is shown, by language; the value itself when left out.' })
  label?: TranslationInput[] | null;
}

@InputType({ description: 'A new attribute of registrations.' })
export class DefineAttributeInput {
  @Field(() => ID, { nullable: true, description: 'The project in which it counts; the whole organisation when left out.' })
  projectId?: string | null;

  @Field(() => String, { description: 'The name in values: 1 to 60 lower-case letters, digits and underscores, beginning with a letter.' })
  key: string;

  @Field(() => [TranslationInput], { description: 'What it is called, by language: at least one.' })
  label: TranslationInput[];

  @Field(() => AttributeType, { description: 'What it holds. It never changes: define another key instead.' })
  type: AttributeType;

  @Field(() => Boolean, { description: 'Whether values are personal data: sealed, and no list can be narrowed by them. It never changes: define another key instead.' })
  isPersonal: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether every complete registration has a value; false when left out.' })
  required?: boolean | null;

  @Field(() => [AttributeOptionInput], { nullable: true, description: 'What may be chosen, 1 to 500; needed for SELECT and MULTISELECT, and for them only.' })
  options?: AttributeOptionInput[] | null;

  @Field(() => String, { nullable: true, description: 'A regular expression (RE2: no back references, no look-around) that the whole value must match; TEXT and TEL only, at most 200 characters.' })
  pattern?: string | null;
}

@InputType({ description: 'What to change of an attribute; what is left out stays.' })
export class ChangeAttributeInput {
  @Field(() => [TranslationInput], { nullable: true, description: 'What it is called, by language: at least one.' })
  label?: TranslationInput[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether every complete registration has a value. Registrations of before stay as they are.' })
  required?: boolean | null;

  @Field(() => [AttributeOptionInput], { nullable: true, description: 'All that may be chosen, 1 to 500.' })
  options?: AttributeOptionInput[] | null;

  @Field(() => String, { nullable: true, description: 'A regular expression (RE2) that the whole value must match; null takes it away.' })
  pattern?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether values are taken.' })
  active?: boolean | null;
}

const labels = z
  .array(z.object({ language, text: line(200) }))
  .max(50, 'must be at most 50')
  .refine((list) => new Set(list.map((one) => one.language)).size === list.length, 'must name each language once')
  .transform((list) => Object.fromEntries(list.map((one) => [one.language, one.text])));

const label = labels.refine((texts) => Object.keys(texts).length > 0, 'must not be empty');

const options = z
  .array(z.object({ value: line(100), label: labels.nullish().transform((texts) => texts ?? {}) }))
  .min(1, 'must not be empty')
  .max(500, 'must be at most 500')
  .refine((list) => new Set(list.map(({ value }) => value)).size === list.length, 'must name each value once');

const pattern = z.string().min(1, 'must not be empty').max(MAX_PATTERN, `must be at most ${MAX_PATTERN} characters`).superRefine((text, context) => {
  try {
    wholeMatch(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `must be a regular expression of RE2 (no back references, no look-around): ${error instanceof Error ? error.message : 'it is none'}` });
  }
});

export const defineSchema = z.object({
  projectId: z.uuid('must be an id').nullish().transform((id) => id ?? null),
  key: z.string().regex(KEY, 'must be 1 to 60 lower-case letters, digits and underscores, beginning with a letter'),
  label,
  type: z.enum(AttributeType),
  isPersonal: z.boolean(),
  required: z.boolean().nullish().transform((value) => value ?? false),
  options: options.nullish().transform((list) => list ?? []),
  pattern: pattern.nullish().transform((text) => text ?? null),
});

export const changeSchema = z.object({
  label: label.optional(),
  required: z.boolean().optional(),
  options: options.optional(),
  pattern: pattern.nullish(),
  active: z.boolean().optional(),
});
