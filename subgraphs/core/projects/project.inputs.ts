import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateScalar, JsonScalar, MinorUnitsScalar } from '#kernel/graphql';
import { MilestoneStatus, ProjectStatus } from './project.type';

const MAX_BUDGET = 10n ** 17n;
const title = z.string().trim().min(1, 'must not be empty').max(200, 'must be at most 200 characters');
const description = z.string().max(5000, 'must be at most 5,000 characters');
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code of three capital letters, for example KES')
  .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'is no ISO 4217 currency');
const budget = z.bigint().min(0n, 'must not be negative').max(MAX_BUDGET, `must be at most ${MAX_BUDGET}`);
const day = z.iso.date('must be a date such as 2026-03-01');
const settings = z.record(z.string(), z.unknown()).refine((value) => JSON.stringify(value).length <= 50_000, 'must be at most 50,000 characters of JSON');
const milestone = z.object({ title, dueOn: day });

@InputType({ description: 'Something that a project means to reach by a day.' })
export class MilestoneInput {
  @Field(() => String, { description: 'What is to be reached: 1 to 200 characters.' })
  title: string;

  @Field(() => DateScalar, { description: 'The day by which it is to be reached; within the timeline of the project.' })
  dueOn: string;
}

@InputType({ description: 'A new project.' })
export class CreateProjectInput {
  @Field(() => String, { description: 'A short unique name for URLs: 3 to 60 lower-case letters, digits and dashes.' })
  slug: string;

  @Field(() => String, { description: 'The name for people: 1 to 200 characters.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'What the project is for: up to 5,000 characters.' })
  description?: string | null;

  @Field(() => String, { description: 'The code of the project type, for example "rfv"; see `projectTypes`.' })
  type: string;

  @Field(() => String, { nullable: true, description: 'The version of the type; the newest release when left out.' })
  version?: string | null;

  @Field(() => String, { description: 'The ISO 4217 code of the currency, for example "KES".' })
  currency: string;

  @Field(() => MinorUnitsScalar, { description: 'What the project may spend, in the minor unit of its currency.' })
  budgetMinor: bigint;

  @Field(() => DateScalar, { description: 'The first day.' })
  startsOn: string;

  @Field(() => DateScalar, { description: 'The last day; not before the first.' })
  endsOn: string;

  @Field(() => JsonScalar, { nullable: true, description: 'The settings of the type; they must fit its JSON schema.' })
  settings?: Record<string, unknown> | null;

  @Field(() => [MilestoneInput], { nullable: true, description: 'Up to 50 milestones.' })
  milestones?: MilestoneInput[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Write it down without starting its service; `deployProject` starts it later.' })
  draft?: boolean | null;
}

@InputType({ description: 'What to change of a project; what is left out stays.' })
export class UpdateProjectInput {
  @Field(() => String, { nullable: true, description: 'The name for people: 1 to 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What the project is for: up to 5,000 characters.' })
  description?: string | null;

  @Field(() => MinorUnitsScalar, { nullable: true, description: 'What the project may spend, in the minor unit of its currency.' })
  budgetMinor?: bigint | null;

  @Field(() => DateScalar, { nullable: true, description: 'The first day.' })
  startsOn?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The last day; not before the first.' })
  endsOn?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'The settings of the type, whole; they must fit its JSON schema.' })
  settings?: Record<string, unknown> | null;
}

@InputType({ description: 'A change of one milestone; what is left out stays.' })
export class UpdateMilestoneInput {
  @Field(() => ID, { description: 'The id of the milestone.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'What is to be reached: 1 to 200 characters.' })
  title?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day by which it is to be reached.' })
  dueOn?: string | null;

  @Field(() => MilestoneStatus, { nullable: true, description: 'How it stands.' })
  status?: MilestoneStatus | null;
}

@InputType({ description: 'Which projects to list; what is left out does not narrow.' })
export class ProjectFilter {
  @Field(() => String, { nullable: true, description: 'Only projects of this type.' })
  type?: string | null;

  @Field(() => [ProjectStatus], { nullable: true, description: 'Only projects in one of these statuses.' })
  status?: ProjectStatus[] | null;

  @Field(() => String, { nullable: true, description: 'Only projects whose name or slug contains this text.' })
  search?: string | null;
}

export const createProjectSchema = z.object({
  slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]$/, 'must be 3 to 60 lower-case letters, digits and dashes'),
  name: title,
  description: description.nullish().transform((text) => text ?? ''),
  type: z.string().min(1).max(40),
  version: z.string().max(40).nullish().transform((version) => version ?? undefined),
  currency,
  budgetMinor: budget,
  startsOn: day,
  endsOn: day,
  settings: settings.nullish().transform((value) => value ?? {}),
  milestones: z.array(milestone).max(50, 'must be at most 50').nullish().transform((list) => list ?? []),
  draft: z.boolean().nullish().transform((draft) => draft === true),
});

export const updateProjectSchema = z.object({
  name: title.nullish(),
  description: description.nullish(),
  budgetMinor: budget.nullish(),
  startsOn: day.nullish(),
  endsOn: day.nullish(),
  settings: settings.nullish(),
});

export const milestoneSchema = milestone;
export const updateMilestoneSchema = z.object({ id: z.uuid('must be an id'), title: title.nullish(), dueOn: day.nullish(), status: z.enum(MilestoneStatus).nullish() });
export const projectFilterSchema = z.object({
  type: z.string().max(40).nullish(),
  status: z.array(z.enum(ProjectStatus)).max(8).nullish(),
  search: z.string().max(200).nullish(),
});
