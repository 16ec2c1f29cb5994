import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionType, DateTimeScalar } from '#kernel/graphql';
import { HouseholdRole } from '../beneficiaries';

@ObjectType({ description: 'People who live together and are helped together.' })
export class Household {
  @Field(() => ID, { description: 'The id of the household.' })
  id: string;

  @Field(() => String, { description: 'The number that the organisation knows the household by; unique in the organisation.' })
  referenceId: string;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path such as "ke.kisumu.nyando".' })
  areaCode: string | null;

  @Field(() => Int, { nullable: true, description: 'How many people live there, registered or not, as they say.' })
  size: number | null;

  @Field(() => DateTimeScalar, { description: 'When it was registered (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it is no more (UTC); null while it is.' })
  dissolvedAt: Date | null;
}

export const HouseholdConnection = connectionType('Household', () => Household);

@ObjectType({ description: 'That somebody belongs to a household, in a role, for a time. A new role is a new membership.' })
export class HouseholdMember {
  @Field(() => ID, { description: 'The id of the membership.' })
  id: string;

  householdId: string;
  beneficiaryId: string;

  @Field(() => HouseholdRole, { description: 'What the person is there.' })
  role: HouseholdRole;

  @Field(() => DateTimeScalar, { description: 'Since when, as it was recorded (UTC).' })
  since: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when (UTC); null while it lasts.' })
  until: Date | null;
}
