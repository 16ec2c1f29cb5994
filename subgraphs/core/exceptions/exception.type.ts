import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, connectionType } from '#kernel/graphql';
import { LogLevel } from '../log-level';

export enum ExceptionState {
  OPEN = 'OPEN',
  ACKNOWLEDGED = 'ACKNOWLEDGED',
  RESOLVED = 'RESOLVED',
  IGNORED = 'IGNORED',
}
registerEnumType(ExceptionState, {
  name: 'ExceptionState',
  description: 'What operators have decided about an exception.',
  valuesConfig: {
    OPEN: { description: 'Nobody has taken it up yet, or it came back after it had been resolved.' },
    ACKNOWLEDGED: { description: 'Somebody takes care of it.' },
    RESOLVED: { description: 'It is mended: seen again, it is open again.' },
    IGNORED: { description: 'It is counted, but nobody wants to hear of it.' },
  },
});

@ObjectType({ description: 'An unexpected error of one cause, by its type and the innermost frames of our own code; seen once or many times.' })
export class Exception {
  @Field(() => ID, { description: 'The id of the exception.' })
  id: string;

  @Field(() => String, { description: 'The class of the error, for example "TypeError".' })
  type: string;

  @Field(() => String, { description: 'The first line of its message when it was first seen, without what may be a value.' })
  title: string;

  @Field(() => String, { description: 'Where it is thrown: gateway, core, worker, chain, or "project:" with the type of the project.' })
  room: string;

  @Field(() => LogLevel, { description: 'The gravest level at which it was logged.' })
  level: LogLevel;

  @Field(() => ExceptionState, { description: 'What operators have decided about it.' })
  state: ExceptionState;

  @Field(() => Int, { description: 'How often it was seen.' })
  count: number;

  @Field(() => DateTimeScalar, { description: 'When it was first seen.' })
  firstSeenAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last seen.' })
  lastSeenAt: Date;

  @Field(() => String, { nullable: true, description: 'The release in which it was first seen.' })
  firstRelease: string | null;

  @Field(() => String, { nullable: true, description: 'The release in which it was last seen.' })
  lastRelease: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last seen again after it had been resolved; null when it never was.' })
  regressedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When an operator last decided about it.' })
  stateChangedAt: Date | null;

  @Field(() => ID, { nullable: true, description: 'The id of the user who last decided about it.' })
  stateChangedById: string | null;
}

@ObjectType({ description: 'One time that an exception was seen. It holds no personal data: messages are redacted where they are written.' })
export class ExceptionOccurrence {
  @Field(() => ID, { description: 'The id of the occurrence.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it was seen.' })
  at: Date;

  @Field(() => String, { nullable: true, description: 'The release that ran.' })
  release: string | null;

  @Field(() => String, { nullable: true, description: 'The process: a host name, or the id of an instance of a project service.' })
  instance: string | null;

  @Field(() => ID, { nullable: true, description: 'The project that it concerns, if one.' })
  projectId: string | null;

  @Field(() => String, { nullable: true, description: 'What the client was given in its place, as `extensions.incidentId`.' })
  incidentId: string | null;

  @Field(() => String, { nullable: true, description: 'The `x-request-id` of the request that it belongs to: `logs` finds all lines of it.' })
  correlationId: string | null;

  @Field(() => String, { nullable: true, description: 'The job in which it was thrown.' })
  jobId: string | null;

  @Field(() => String, { nullable: true, description: 'The event that was being delivered.' })
  eventId: string | null;

  @Field(() => String, { nullable: true, description: 'The trace that it belongs to (https://www.w3.org/TR/trace-context/).' })
  traceId: string | null;

  @Field(() => String, { description: 'The message, redacted.' })
  message: string;

  @Field(() => String, { description: 'The stack trace with those of its causes, redacted.' })
  stack: string;

  @Field(() => JsonScalar, { description: 'What else was logged with it, redacted.' })
  attributes: object;
}

export const ExceptionConnection = connectionType('Exception', () => Exception);

@InputType({ description: 'Which exceptions to list; what is left out does not narrow.' })
export class ExceptionFilter {
  @Field(() => ExceptionState, { nullable: true, description: 'Only exceptions in this state.' })
  state?: ExceptionState | null;

  @Field(() => String, { nullable: true, description: 'Only exceptions of this room, for example "core" or "project:rfv".' })
  room?: string | null;

  @Field(() => String, { nullable: true, description: 'Only exceptions of this type, for example "TypeError".' })
  type?: string | null;

  @Field(() => String, { nullable: true, description: 'Only the exception for which a client was given this incident id.' })
  incidentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only exceptions that this request has met with.' })
  correlationId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only exceptions that were seen from this time on.' })
  seenFrom?: Date | null;
}
