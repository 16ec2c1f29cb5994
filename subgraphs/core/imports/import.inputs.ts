import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { ImportMode, mappingSchema, settingsSchema } from './settings';

export enum ImportDecision {
  CREATE = 'CREATE',
  SKIP = 'SKIP',
  UPDATE = 'UPDATE',
}
registerEnumType(ImportDecision, {
  name: 'ImportDecision',
  description: 'What becomes of rows.',
  valuesConfig: {
    CREATE: { description: 'They are somebody else after all, and are registered. Not possible where the reference is taken.' },
    SKIP: { description: 'They are left out.' },
    UPDATE: { description: 'They are whom they seem to be: what the rows say becomes theirs, what they leave empty stays. Government ids of other kinds stay; phone numbers are exchanged. Not possible for doubles of other rows.' },
  },
});

export enum ImportDateOrder {
  DMY = 'DMY',
  MDY = 'MDY',
  YMD = 'YMD',
}
registerEnumType(ImportDateOrder, { name: 'ImportDateOrder', description: 'In which order the day, the month and the year of dates stand.' });

@InputType({ description: 'What a column of a file is.' })
export class ImportColumnInput {
  @Field(() => Int, { description: 'The column, from 0.' })
  column: number;

  @Field(() => String, { nullable: true, description: 'A field of a registration, as in `ImportColumn.field`; null for nothing.' })
  field?: string | null;
}

@InputType({ description: 'How a file of registrations is to be read.' })
class ImportReadingInput {
  @Field(() => ImportDateOrder, { nullable: true, description: 'In which order dates are written; found out over the whole file when left out.' })
  dateOrder?: ImportDateOrder | null;

  @Field(() => [String], { nullable: true, description: 'Languages (BCP 47) whose words win where two languages share one.' })
  languages?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The sheet of a workbook; the first one when left out.' })
  sheet?: string | null;

  @Field(() => String, { nullable: true, description: 'The area of people whose row names none.' })
  areaCode?: string | null;

  @Field(() => [ImportColumnInput], { nullable: true, description: 'What the columns are; as confirmed before for the same headers, else guessed, when left out.' })
  mapping?: ImportColumnInput[] | null;

  @Field(() => ImportMode, { nullable: true, description: 'What the file is for; REGISTER when left out.' })
  mode?: ImportMode | null;
}

@InputType({ description: 'A file of registrations to import.' })
export class StartImportInput extends ImportReadingInput {
  @Field(() => ID, { description: 'The document that was uploaded: CSV, XLSX or JSON; it must be personal.' })
  documentId: string;

  @Field(() => ID, { nullable: true, description: 'The project in which the people are enrolled, when they are to be.' })
  projectId?: string | null;

  @Field(() => String, { description: 'Whose phone numbers are meant where there is no country code (ISO 3166-1 alpha-2), for example "KE".' })
  country: string;

  @Field(() => Boolean, { nullable: true, description: 'Only try: everything but the commit.' })
  dryRun?: boolean | null;
}

@InputType({ description: 'How to read the file anew; what is left out stays.' })
export class RemapImportInput extends ImportReadingInput {
  @Field(() => String, { nullable: true, description: 'Whose phone numbers are meant (ISO 3166-1 alpha-2).' })
  country?: string | null;
}

export const startSchema = settingsSchema.extend({
  documentId: z.uuid('must be an id'),
  projectId: z.uuid('must be an id').nullish().transform((id) => id ?? null),
  dryRun: z.boolean().nullish().transform((dry) => dry ?? false),
  mapping: mappingSchema.nullish().transform((mapping) => mapping ?? null),
});

export const remapSchema = settingsSchema.partial().extend({ mapping: mappingSchema.nullish() });
export const rowsSchema = z.array(z.number().int().min(1, 'must be a row number')).min(1, 'must not be empty').max(1000, 'must be at most 1,000').transform((rows) => [...new Set(rows)]).nullish().transform((rows) => rows ?? null);
