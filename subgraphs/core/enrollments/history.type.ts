import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';
import { EnrollmentStatus } from './enrollment.type';

@ObjectType({ description: 'One step of a person in a project, as the audit log has it.' })
export class EnrollmentChange {
  @Field(() => EnrollmentStatus, { description: 'Where they stood after it.' })
  status: EnrollmentStatus;

  @Field(() => DateTimeScalar, { description: 'When it was (UTC).' })
  at: Date;

  @Field(() => String, { nullable: true, description: 'Who did it: the id of a user, or `api-key:<id>`; null for the system itself.' })
  actorId: string | null;

  @Field(() => String, { nullable: true, description: 'Why, where somebody said so.' })
  reason: string | null;
}
