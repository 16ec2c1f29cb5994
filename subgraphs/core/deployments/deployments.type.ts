import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';

export enum DeploymentStatus {
  IN_PROGRESS = 'IN_PROGRESS',
  LIVE = 'LIVE',
  FAILED = 'FAILED',
  STOPPED = 'STOPPED',
}
registerEnumType(DeploymentStatus, {
  name: 'DeploymentStatus',
  description: 'How far the deployment of a project service is.',
  valuesConfig: {
    IN_PROGRESS: { description: 'The worker is making the service what it should be.' },
    LIVE: { description: 'The service runs and gateways ask it.' },
    FAILED: { description: 'The last attempt failed; `failureReason` says why.' },
    STOPPED: { description: 'The service has been stopped for good.' },
  },
});

export enum DeploymentStepStatus {
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  FAILED = 'FAILED',
}
registerEnumType(DeploymentStepStatus, { name: 'DeploymentStepStatus', description: 'How a step of a deployment stands.' });

@ObjectType({ description: 'One step of a deployment, as it was run.' })
export class DeploymentStep {
  @Field(() => String, {
    description:
      'CHECK, DATABASE, MIGRATE, START, READY, SCHEMA, PUBLISH, ATTACH, SWAP and ACTIVATE in this order; RETIRE after an upgrade; DETACH, DRAIN and STOP when closing; RESTART after a crash.',
  })
  name: string;

  @Field(() => DeploymentStepStatus, { description: 'How the step stands.' })
  status: DeploymentStepStatus;

  @Field(() => Int, { description: 'The generation of the service that the step worked on.' })
  generation: number;

  @Field(() => Int, { description: 'Counts up when a step is run again for the same generation.' })
  attempt: number;

  @Field(() => String, { nullable: true, description: 'Why the step failed.' })
  message: string | null;

  @Field(() => DateTimeScalar, { description: 'When the step began.' })
  startedAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the step ended; null while it runs.' })
  finishedAt: Date | null;
}

@ObjectType({ description: 'A running (or formerly running) service of one project.' })
export class ServiceInstance {
  @Field(() => ID, { description: 'The id of the instance; its certificate carries it.' })
  id: string;

  @Field(() => Int, { description: 'The generation that it belongs to.' })
  generation: number;

  @Field(() => String, { description: 'The version of the project type that it runs.' })
  version: string;

  @Field(() => String, { description: 'STARTING, READY, ATTACHED (gateways ask it), DRAINING, STOPPED or FAILED.' })
  state: string;

  @Field(() => Int, { description: 'How often it was started again after it had ended by itself.' })
  restarts: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it first said that it was ready.' })
  readyAt: Date | null;
}

@ObjectType({ description: 'What the service of a project should be, what it is, and every step on the way there.' })
export class Deployment {
  projectId: string;

  @Field(() => DeploymentStatus, { description: 'How far the deployment is.' })
  status: DeploymentStatus;

  @Field(() => String, { description: 'The version of the project type that should run.' })
  version: string;

  @Field(() => Int, { description: 'Counts the instances that were wanted: start, retry and upgrade add one.' })
  generation: number;

  @Field(() => Int, { description: 'The generation that gateways ask now; 0 when none does.' })
  liveGeneration: number;

  @Field(() => String, { nullable: true, description: 'The error code of the last failed attempt.' })
  failureCode: string | null;

  @Field(() => String, { nullable: true, description: 'Why the last attempt failed.' })
  failureReason: string | null;

  @Field(() => [ServiceInstance], { description: 'All instances of the project, oldest first.' })
  instances: ServiceInstance[];
}
