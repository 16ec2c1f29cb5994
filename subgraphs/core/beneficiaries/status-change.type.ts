import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';
import { BeneficiaryStatus } from './beneficiary.type';

@ObjectType({ description: 'That a registration came to stand somewhere, as the audit log tells.' })
export class BeneficiaryStatusChange {
  @Field(() => BeneficiaryStatus, { description: 'Where it stood from then on.' })
  status: BeneficiaryStatus;

  @Field(() => DateTimeScalar, { description: 'When (UTC).' })
  at: Date;

  @Field(() => String, { nullable: true, description: 'Who did it: the id of a user, or "api-key:<id>"; null for the system itself.' })
  actorId: string | null;

  @Field(() => String, { nullable: true, description: 'Why, where a reason was given.' })
  reason: string | null;
}
