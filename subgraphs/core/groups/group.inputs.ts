import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { BeneficiaryFilter } from '../beneficiaries';
import { line, searchText } from '../lines';
import { GroupMode, GroupPurpose } from './group.type';

@InputType({ description: 'A group of people to make.' })
export class CreateBeneficiaryGroupInput {
  @Field(() => String, { description: 'What it is called: 1 to 100 characters, unique in the project, or in the organisation.' })
  name: string;

  @Field(() => GroupPurpose, { description: 'What it is for.' })
  purpose: GroupPurpose;

  @Field(() => ID, { nullable: true, description: 'The project whose people it is of; the whole organisation when left out.' })
  projectId?: string | null;

  @Field(() => BeneficiaryFilter, { nullable: true, description: 'Makes it DYNAMIC: whoever fits is in it. `search` is not taken: words that people are found by are personal. A group without a filter is STATIC.' })
  filter?: BeneficiaryFilter | null;
}

@InputType({ description: 'What to change of a group; what is left out stays.' })
export class UpdateBeneficiaryGroupInput {
  @Field(() => String, { nullable: true, description: 'What it is called: 1 to 100 characters, unique in the project, or in the organisation.' })
  name?: string | null;

  @Field(() => GroupPurpose, { nullable: true, description: 'What it is for.' })
  purpose?: GroupPurpose | null;

  @Field(() => BeneficiaryFilter, { nullable: true, description: 'Who is in it from now on; of a DYNAMIC group only.' })
  filter?: BeneficiaryFilter | null;
}

@InputType({ description: 'Which groups to list; what is left out does not narrow.' })
export class BeneficiaryGroupFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this project.' })
  projectId?: string | null;

  @Field(() => GroupPurpose, { nullable: true, description: 'Only those for this.' })
  purpose?: GroupPurpose | null;

  @Field(() => GroupMode, { nullable: true, description: 'Only those of this kind.' })
  mode?: GroupMode | null;

  @Field(() => String, { nullable: true, description: 'Only those that are called so.' })
  name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only those that are no longer used; those that are when left out.' })
  archived?: boolean | null;
}

// Looked at by the slice whose filter it is.
const filter = z.looseObject({}).nullish();

export const createSchema = z.object({
  name: line(100),
  purpose: z.enum(GroupPurpose),
  projectId: z.uuid('must be an id').nullish().transform((id) => id ?? null),
  filter,
});

export const updateSchema = z.object({ name: line(100).optional(), purpose: z.enum(GroupPurpose).optional(), filter });

export const listSchema = z.object({
  projectId: z.uuid('must be an id').nullish(),
  purpose: z.enum(GroupPurpose).nullish(),
  mode: z.enum(GroupMode).nullish(),
  name: searchText.nullish(),
  archived: z.boolean().nullish(),
});

export type ListFilter = z.output<typeof listSchema>;

const MAX_CHANGE = 500;
export const idsSchema = z.array(z.uuid('must be an id')).max(MAX_CHANGE, `must be at most ${MAX_CHANGE}`).transform((ids) => [...new Set(ids)]);
