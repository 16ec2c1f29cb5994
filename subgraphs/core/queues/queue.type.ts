import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, connectionType } from '#kernel/graphql';

export enum JobState {
  WAITING = 'waiting',
  ACTIVE = 'active',
  DELAYED = 'delayed',
  FAILED = 'failed',
  COMPLETED = 'completed',
}
registerEnumType(JobState, {
  name: 'JobState',
  description: 'Where a job stands.',
  valuesConfig: {
    WAITING: { description: 'It waits for its turn.' },
    ACTIVE: { description: 'It is being done.' },
    DELAYED: { description: 'It waits for its time: it was asked for later, or has failed and is tried again.' },
    FAILED: { description: 'It has failed as often as it is tried, and waits for somebody.' },
    COMPLETED: { description: 'It is done. The newest thousand are kept.' },
  },
});

@ObjectType({ description: 'Work that is done behind the scenes, one queue for each kind of it.' })
export class Queue {
  @Field(() => String, { description: 'Its name, for example "run-import".' })
  name: string;

  @Field(() => Boolean, { description: 'Whether it is paused: nothing of it is begun.' })
  paused: boolean;

  @Field(() => Int, { description: 'How many jobs wait for their turn.' })
  waiting: number;

  @Field(() => Int, { description: 'How many are being done.' })
  active: number;

  @Field(() => Int, { description: 'How many wait for their time.' })
  delayed: number;

  @Field(() => Int, { description: 'How many have failed for good.' })
  failed: number;

  @Field(() => Int, { description: 'How many are done, of those that are kept.' })
  completed: number;
}

@ObjectType({ description: 'One piece of work. Of what it carries only ids are shown.' })
export class QueueJob {
  @Field(() => ID, { description: 'Its id within its queue.' })
  id: string;

  @Field(() => String, { description: 'The name of its queue.' })
  queue: string;

  @Field(() => JobState, { description: 'Where it stands.' })
  state: JobState;

  @Field(() => JsonScalar, { description: 'The ids in what it carries, by name: what it is about.' })
  subject: object;

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts: number;

  @Field(() => String, { nullable: true, description: 'What went wrong last, without what looks like somebody’s.' })
  failure: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was begun, the last time.' })
  startedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended.' })
  endedAt: Date | null;
}

export const QueueJobConnection = connectionType('QueueJob', () => QueueJob);
