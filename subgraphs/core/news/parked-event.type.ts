import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

@ObjectType({ description: 'An event that could not be delivered to one of its subscribers, again and again. Nothing else waits for it, and nothing of it is lost: it can be replayed.' })
export class ParkedEvent {
  seq: bigint;

  @Field(() => ID, { description: 'The id of the event.' })
  eventId: string;

  @Field(() => String, { description: 'Who should have had it, for example "project-service".' })
  subscriber: string;

  @Field(() => String, { description: 'What kind of event it is, for example "project.updated".' })
  eventName: string;

  @Field(() => ID, { nullable: true, description: 'The project that it concerns, if one.' })
  projectId: string | null;

  @Field(() => String, { description: 'What kind of thing it tells of, for example "Project".' })
  aggregateType: string;

  @Field(() => String, { description: 'The id of that thing.' })
  aggregateId: string;

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts: number;

  @Field(() => String, { nullable: true, description: 'What went wrong last: a code, or the kind of error. Logs of the time have more.' })
  error: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was given up.' })
  parkedAt: Date;
}

export const ParkedEventConnection = connectionType('ParkedEvent', () => ParkedEvent);

@InputType({ description: 'Which parked events to deliver again.' })
export class ReplayParkedEventsInput {
  @Field(() => String, { description: 'The subscriber for whom they are parked.' })
  subscriber: string;

  @Field(() => [ID], { nullable: true, description: 'The ids of the events, 1,000 at most; all that are parked for the subscriber when left out.' })
  eventIds?: string[] | null;
}

export const replaySchema = z.object({ subscriber: z.string().min(1).max(120), eventIds: z.array(z.uuid()).min(1).max(1000).nullish() });
