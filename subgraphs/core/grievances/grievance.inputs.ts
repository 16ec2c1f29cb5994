import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { areaCode } from '../beneficiaries';
import { GrievancePriority, GrievanceStatus, GrievanceType } from './grievance.type';

@InputType({ description: 'A grievance to file.' })
export class FileGrievanceInput {
  @Field(() => GrievanceType, { description: 'What it is about.' })
  type: GrievanceType;

  @Field(() => GrievancePriority, { nullable: true, description: 'How urgent it is; MEDIUM when left out.' })
  priority?: GrievancePriority | null;

  @Field(() => String, { description: 'What was said: 1 to 4,000 characters. It is kept encrypted; it may name people.' })
  text: string;

  @Field(() => ID, { nullable: true, description: 'The project that it concerns.' })
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The person it comes from or concerns; left out when they stay anonymous.' })
  beneficiaryId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The vendor that it comes from or concerns.' })
  vendorId?: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area that it concerns; that of the person or vendor when left out.' })
  areaCode?: string | null;
}

@InputType({ description: 'What is done about a grievance; what is left out stays.' })
export class UpdateGrievanceInput {
  @Field(() => GrievanceStatus, { nullable: true, description: 'Where it goes.' })
  moveTo?: GrievanceStatus | null;

  @Field(() => GrievancePriority, { nullable: true, description: 'How urgent it is from now on.' })
  priority?: GrievancePriority | null;

  @Field(() => ID, { nullable: true, description: 'The id of the user who takes care of it from now on; null for nobody.' })
  assigneeId?: string | null;

  @Field(() => String, { nullable: true, description: 'What is to be remembered: 1 to 4,000 characters, kept encrypted.' })
  text?: string | null;
}

@InputType({ description: 'Which grievances to list; what is left out does not narrow.' })
export class GrievanceFilter {
  @Field(() => [GrievanceStatus], { nullable: true, description: 'Only those that stand at one of these.' })
  statuses?: GrievanceStatus[] | null;

  @Field(() => GrievancePriority, { nullable: true, description: 'Only those of this priority.' })
  priority?: GrievancePriority | null;

  @Field(() => GrievanceType, { nullable: true, description: 'Only those about this.' })
  type?: GrievanceType | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this project.' })
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those about this person.' })
  beneficiaryId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those of which this user takes care.' })
  assigneeId?: string | null;
}

// Line breaks are text here; other control characters and halves of characters are not.
const NO_TEXT = /[^\P{Cc}\n\t]|\p{Cs}/u;
const text = z
  .string()
  .max(8000, 'must be at most 4,000 characters')
  .transform((words) => words.normalize('NFC').replaceAll('\r\n', '\n').trim())
  .pipe(z.string().min(1, 'must not be empty').max(4000, 'must be at most 4,000 characters').refine((words) => !NO_TEXT.test(words), 'must not contain control characters'));
const id = z.uuid('must be an id').nullish().transform((value) => value ?? null);

export const fileSchema = z.object({
  type: z.enum(GrievanceType),
  priority: z.enum(GrievancePriority).nullish().transform((value) => value ?? GrievancePriority.MEDIUM),
  text,
  projectId: id,
  beneficiaryId: id,
  vendorId: id,
  areaCode: areaCode.nullish().transform((value) => value ?? null),
});

export const updateSchema = z
  .object({ moveTo: z.enum(GrievanceStatus).nullish(), priority: z.enum(GrievancePriority).nullish(), assigneeId: z.uuid('must be an id').nullable().optional(), text: text.nullish() })
  .refine(({ moveTo, priority, assigneeId, text: words }) => moveTo != null || priority != null || assigneeId !== undefined || words != null, 'must say what is done');

export const filterSchema = z.object({
  statuses: z.array(z.enum(GrievanceStatus)).max(5).nullish(),
  priority: z.enum(GrievancePriority).nullish(),
  type: z.enum(GrievanceType).nullish(),
  projectId: z.string().max(100).nullish(),
  beneficiaryId: z.string().max(100).nullish(),
  assigneeId: z.string().max(100).nullish(),
});
export type ListFilter = z.output<typeof filterSchema>;
