import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateScalar, DateTimeScalar, JsonScalar, MinorUnitsScalar, connectionType } from '#kernel/graphql';

export enum ProjectStatus {
  DRAFT = 'DRAFT',
  PROVISIONING = 'PROVISIONING',
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
  CLOSING = 'CLOSING',
  CLOSED = 'CLOSED',
  ARCHIVED = 'ARCHIVED',
  FAILED = 'FAILED',
}
registerEnumType(ProjectStatus, {
  name: 'ProjectStatus',
  description: 'Where a project stands in its life.',
  valuesConfig: {
    DRAFT: { description: 'Written down, but no service is wanted yet.' },
    PROVISIONING: { description: 'Its service is being brought up.' },
    ACTIVE: { description: 'Its service runs.' },
    PAUSED: { description: 'Its service runs, but refuses every change.' },
    CLOSING: { description: 'Its service is asked by nobody any more and is being stopped.' },
    CLOSED: { description: 'Its service has stopped; its records stay.' },
    ARCHIVED: { description: 'Closed and put away.' },
    FAILED: { description: 'Its service could not be brought up; see `deployment`.' },
  },
});

export enum MilestoneStatus {
  PLANNED = 'PLANNED',
  DONE = 'DONE',
  MISSED = 'MISSED',
}
registerEnumType(MilestoneStatus, { name: 'MilestoneStatus', description: 'How a milestone stands.' });

@ObjectType({ description: 'Something that a project means to reach by a day.' })
export class Milestone {
  @Field(() => ID, { description: 'The id of the milestone.' })
  id: string;

  @Field(() => String, { description: 'What is to be reached.' })
  title: string;

  @Field(() => DateScalar, { description: 'The day by which it is to be reached; within the timeline of the project.' })
  dueOn: string;

  @Field(() => MilestoneStatus, { description: 'How it stands.' })
  status: MilestoneStatus;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'An aid project. It runs a service of its own, of its project type, which adds one field named by the type here.' })
export class Project {
  @Field(() => ID, { description: 'The id of the project.' })
  id: string;

  organizationId: string;

  @Field(() => String, { description: 'A short unique name for URLs: lower-case letters, digits and dashes.' })
  slug: string;

  @Field(() => String, { description: 'The name for people.' })
  name: string;

  @Field(() => String, { description: 'What the project is for.' })
  description: string;

  @Field(() => String, { description: 'The code of its project type, for example "rfv".' })
  type: string;

  @Field(() => ProjectStatus, { description: 'Where it stands in its life.' })
  status: ProjectStatus;

  @Field(() => String, { description: 'The ISO 4217 code of its currency, for example "KES".' })
  currency: string;

  @Field(() => MinorUnitsScalar, { description: 'What it may spend, in the minor unit of its currency.' })
  budgetMinor: bigint;

  @Field(() => DateScalar, { description: 'Its first day.' })
  startsOn: string;

  @Field(() => DateScalar, { description: 'Its last day.' })
  endsOn: string;

  @Field(() => JsonScalar, { description: 'The settings of its type, checked against the JSON schema of the type.' })
  settings: Record<string, unknown>;

  revision: number;

  @Field(() => String, { nullable: true, description: 'The address of its contract (EIP-55), once there is one.' })
  contractAddress: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt: Date;
}

export const ProjectConnection = connectionType('Project', () => Project);
