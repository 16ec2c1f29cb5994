import { Field, InputType, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What the organisation asks before vendors and devices are approved.' })
export class OnboardingPolicy {
  @Field(() => [String], { description: 'Kinds of documents that must be linked to a vendor before it is approved, for example "business-licence".' })
  requiredDocuments: string[];

  @Field(() => Boolean, {
    description: 'Whether somebody may approve what they themselves registered. False unless the organisation says otherwise; meant for offices of one. Such approvals are marked in the history and the audit log.',
  })
  selfApproval: boolean;
}

@InputType({ description: 'What to change of the policy; what is left out stays.' })
export class UpdateOnboardingPolicyInput {
  @Field(() => [String], { nullable: true, description: 'Kinds of documents, lower-case with hyphens; at most 20.' })
  requiredDocuments?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether somebody may approve what they themselves registered.' })
  selfApproval?: boolean | null;
}
