import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar, JsonScalar } from '#kernel/graphql';
import { areaCode, searchText } from '../lines';
import { BeneficiaryStatus, Gender } from './beneficiary.type';
import { HouseholdRole } from './household-role';

export enum BeneficiaryOrder {
  REGISTERED = 'REGISTERED',
  REGISTERED_DESC = 'REGISTERED_DESC',
  REFERENCE = 'REFERENCE',
  REFERENCE_DESC = 'REFERENCE_DESC',
  AREA = 'AREA',
  AREA_DESC = 'AREA_DESC',
}
registerEnumType(BeneficiaryOrder, {
  name: 'BeneficiaryOrder',
  description: 'The order of a list of people. Who stand equal stand in order of registration, or (where the list runs backwards) the newest first.',
  valuesConfig: {
    REGISTERED: { description: 'The oldest registration first.' },
    REGISTERED_DESC: { description: 'The newest registration first.' },
    REFERENCE: { description: 'By reference.' },
    REFERENCE_DESC: { description: 'By reference, the last one first.' },
    AREA: { description: 'By area; people of no area first.' },
    AREA_DESC: { description: 'By area, the last one first; people of no area last.' },
  },
});

@InputType({ description: 'Which beneficiaries to list; what is left out does not narrow.' })
export class BeneficiaryFilter {
  @Field(() => BeneficiaryStatus, { nullable: true, description: 'Only registrations that stand there.' })
  status?: BeneficiaryStatus | null;

  @Field(() => Gender, { nullable: true, description: 'Only people of this gender.' })
  gender?: Gender | null;

  @Field(() => String, { nullable: true, description: 'Only people of this area and the areas below it: "ke.kisumu" holds "ke.kisumu.nyando" but not "ke.kisumu2".' })
  areaCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Only the person with this reference.' })
  referenceId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only people whom this text names: words of the name in any order, or a whole phone number, government id, account number or e-mail address. Needs the permission beneficiary:read-pii.',
  })
  search?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only those whose registration was verified; false: only the others.' })
  verified?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Only people of at least this age in years, today (UTC); nobody of unknown age.' })
  ageAtLeast?: number | null;

  @Field(() => Int, { nullable: true, description: 'Only people of at most this age in years, today (UTC); nobody of unknown age.' })
  ageAtMost?: number | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Only people with these values of attributes that are not personal, by key; of a MULTISELECT, those who chose all of the list. Those of `projectId` may be named too.' })
  attributes?: Record<string, unknown> | null;

  @Field(() => ID, { nullable: true, description: 'Only people who are enrolled in this project, in whatever status. Needs the permission enrollment:read there.' })
  projectId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only people registered then or later.' })
  registeredFrom?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only people registered before then.' })
  registeredBefore?: Date | null;

  @Field(() => HouseholdRole, { nullable: true, description: 'Only people who are this in a household now.' })
  householdRole?: HouseholdRole | null;
}

const age = z.number().int().min(0, 'must not be negative').max(150, 'must be at most 150');

export const filterSchema = z.object({
  status: z.enum(BeneficiaryStatus).nullish(),
  gender: z.enum(Gender).nullish(),
  areaCode: areaCode.nullish(),
  referenceId: searchText.nullish(),
  search: searchText.nullish(),
  verified: z.boolean().nullish(),
  ageAtLeast: age.nullish(),
  ageAtMost: age.nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  projectId: z.uuid('must be an id').nullish(),
  // Saved filters hold times as texts.
  registeredFrom: z.coerce.date().nullish(),
  registeredBefore: z.coerce.date().nullish(),
  householdRole: z.enum(HouseholdRole).nullish(),
});

export type ListFilter = z.output<typeof filterSchema>;
export const orderSchema = z.enum(BeneficiaryOrder);
