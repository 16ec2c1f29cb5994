import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { HouseholdRole } from '../beneficiaries';
import { areaCode, line, searchText } from '../lines';

/** Who may be lacking. */
export enum SingleHouseholdRole {
  HEAD = 'HEAD',
  COLLECTOR = 'COLLECTOR',
}
registerEnumType(SingleHouseholdRole, {
  name: 'SingleHouseholdRole',
  description: 'A role that at most one person has in a household.',
  valuesConfig: { HEAD: { description: 'Speaks for the household.' }, COLLECTOR: { description: 'Collects the aid for all.' } },
});

@InputType({ description: 'Somebody’s place in a household.' })
export class HouseholdMemberInput {
  @Field(() => ID, { description: 'The person.' })
  beneficiaryId: string;

  @Field(() => HouseholdRole, { description: 'What they are there.' })
  role: HouseholdRole;
}

@InputType({ description: 'A household to register.' })
export class CreateHouseholdInput {
  @Field(() => String, { description: 'The number that the organisation knows it by: 1 to 100 characters, unique in the organisation.' })
  referenceId: string;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path such as "ke.kisumu.nyando".' })
  areaCode?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many people live there, registered or not: 1 to 1,000.' })
  size?: number | null;

  @Field(() => [HouseholdMemberInput], { nullable: true, description: 'Who belongs to it, at most 100; nobody of another household.' })
  members?: HouseholdMemberInput[] | null;
}

@InputType({ description: 'What to change of a household; what is left out stays, null clears what may be empty.' })
export class UpdateHouseholdInput {
  @Field(() => String, { nullable: true, description: 'The number that the organisation knows it by: 1 to 100 characters, unique in the organisation.' })
  referenceId?: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path.' })
  areaCode?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many people live there, registered or not: 1 to 1,000.' })
  size?: number | null;
}

@InputType({ description: 'Which households to list; what is left out does not narrow.' })
export class HouseholdFilter {
  @Field(() => String, { nullable: true, description: 'Only those of this area and the areas below it.' })
  areaCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Only the one with this reference.' })
  referenceId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Only those in which at least so many people live.' })
  sizeAtLeast?: number | null;

  @Field(() => Int, { nullable: true, description: 'Only those in which at most so many people live.' })
  sizeAtMost?: number | null;

  @Field(() => SingleHouseholdRole, { nullable: true, description: 'Only those in which nobody has this role.' })
  lacking?: SingleHouseholdRole | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only those that are no more; those that are when left out.' })
  dissolved?: boolean | null;
}

const MAX_MEMBERS = 100;
const size = z.number().int().min(1, 'must be at least 1').max(1000, 'must be at most 1000');

export const membersSchema = z
  .array(z.object({ beneficiaryId: z.uuid('must be an id'), role: z.enum(HouseholdRole) }))
  .max(MAX_MEMBERS, `must be at most ${MAX_MEMBERS}`)
  .refine((members) => new Set(members.map(({ beneficiaryId }) => beneficiaryId)).size === members.length, 'must name each person once');

export const leaversSchema = z.array(z.uuid('must be an id')).max(MAX_MEMBERS, `must be at most ${MAX_MEMBERS}`);

export const createSchema = z.object({
  referenceId: line(100),
  areaCode: areaCode.nullish().transform((value) => value ?? null),
  size: size.nullish().transform((value) => value ?? null),
  members: membersSchema.nullish().transform((value) => value ?? []),
});

export const updateSchema = z.object({ referenceId: line(100).optional(), areaCode: areaCode.nullish(), size: size.nullish() });

export const filterSchema = z.object({
  areaCode: areaCode.nullish(),
  referenceId: searchText.nullish(),
  sizeAtLeast: z.number().int().nullish(),
  sizeAtMost: z.number().int().nullish(),
  lacking: z.enum(SingleHouseholdRole).nullish(),
  dissolved: z.boolean().nullish(),
});

export type ListFilter = z.output<typeof filterSchema>;
/** Why something is done; it stands in the audit log. */
export const reasonSchema = line(500);
