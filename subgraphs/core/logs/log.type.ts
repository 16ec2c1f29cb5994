import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, connectionType } from '#kernel/graphql';
import { LogLevel } from '../log-level';

@ObjectType({ description: 'A line that a process has written into its log. It holds no personal data: lines are redacted where they are written.' })
export class LogLine {
  @Field(() => ID, { description: 'The id of the line.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it was written.' })
  at: Date;

  @Field(() => LogLevel, { description: 'How grave it is.' })
  level: LogLevel;

  @Field(() => String, { description: 'Who wrote it, by certificate: gateway, core, worker, chain, or "project:" with the type of the project.' })
  room: string;

  @Field(() => String, { nullable: true, description: 'The process: a host name, or the id of an instance of a project service.' })
  instance: string | null;

  @Field(() => String, { nullable: true, description: 'The release that ran.' })
  release: string | null;

  @Field(() => String, { description: 'What was written, redacted.' })
  message: string;

  @Field(() => ID, { nullable: true, description: 'The project that it concerns, if one.' })
  projectId: string | null;

  @Field(() => String, { nullable: true, description: 'The `x-request-id` of the request that it belongs to, the same in all rooms, jobs and deliveries that the request has caused.' })
  correlationId: string | null;

  @Field(() => String, { nullable: true, description: 'The job in which it was written.' })
  jobId: string | null;

  @Field(() => String, { nullable: true, description: 'The event that was being delivered.' })
  eventId: string | null;

  @Field(() => String, { nullable: true, description: 'What a client was given in place of an unexpected error, as `extensions.incidentId`.' })
  incidentId: string | null;

  @Field(() => String, { nullable: true, description: 'The trace that it belongs to (https://www.w3.org/TR/trace-context/).' })
  traceId: string | null;

  @Field(() => String, { nullable: true, description: 'The span in that trace.' })
  spanId: string | null;

  @Field(() => ID, { nullable: true, description: 'The exception that it tells of, if one: see `exception`.' })
  exceptionId: string | null;

  @Field(() => JsonScalar, { description: 'What else was written with it, redacted.' })
  attributes: object;
}

export const LogLineConnection = connectionType('LogLine', () => LogLine);

@InputType({ description: 'Which lines to list; what is left out does not narrow.' })
export class LogFilter {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Only lines from this time on. Left out: the last 24 hours, or all that are kept where a correlation id or an incident id is given.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only lines before this time.' })
  to?: Date | null;

  @Field(() => LogLevel, { nullable: true, description: 'Only lines at least as grave.' })
  level?: LogLevel | null;

  @Field(() => String, { nullable: true, description: 'Only lines of this room: gateway, core, worker, chain, or "project:" with the type of a project.' })
  room?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only lines that concern this project.' })
  projectId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only lines of this request, in all rooms.' })
  correlationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only the line about what a client was given this incident id for.' })
  incidentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only lines in which these words stand; "words in quotes" stand together, and a word with a minus before it must be missing.' })
  text?: string | null;
}
