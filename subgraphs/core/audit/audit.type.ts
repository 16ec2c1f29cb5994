import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, JsonScalar, connectionType } from '#kernel/graphql';

export enum AuditActorType {
  USER = 'USER',
  API_KEY = 'API_KEY',
  SYSTEM = 'SYSTEM',
}
registerEnumType(AuditActorType, { name: 'AuditActorType', description: 'What kind of actor did it.' });

@ObjectType({ description: 'Who did what to which thing, and when. Entries are only ever added, and hold no personal data.' })
export class AuditEntry {
  seq: bigint;

  @Field(() => ID, { description: 'The id of the entry.' })
  id: string;

  @Field(() => DateTimeScalar, { description: 'When it was done.' })
  occurredAt: Date;

  @Field(() => AuditActorType, { description: 'What kind of actor did it.' })
  actorType: AuditActorType;

  @Field(() => String, { description: 'The id of the user who did it, "api-key:" with the id of an API key, or "system".' })
  actorId: string;

  @Field(() => String, { description: 'What was done, for example "project.paused".' })
  action: string;

  @Field(() => String, { description: 'What kind of thing it was done to, for example "Project".' })
  entityType: string;

  @Field(() => String, { description: 'The id of the thing.' })
  entityId: string;

  @Field(() => ID, { nullable: true, description: 'The project that it concerns, if one.' })
  projectId: string | null;

  @Field(() => String, { description: 'Ties together everything that one request caused; the `x-request-id` of the request.' })
  correlationId: string;

  @Field(() => JsonScalar, { description: 'Statuses, amounts and ids that belong to the action.' })
  payload: object;
}

export const AuditEntryConnection = connectionType('AuditEntry', () => AuditEntry);

@InputType({ description: 'Which audit entries to list; what is left out does not narrow.' })
export class AuditFilter {
  @Field(() => String, { nullable: true, description: 'Only entries of this kind of thing, for example "Project".' })
  entityType?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries of the thing with this id.' })
  entityId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries of the user with this id.' })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries of this action, for example "project.paused".' })
  action?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only entries that concern this project.' })
  projectId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries from this time on.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries before this time.' })
  to?: Date | null;
}
