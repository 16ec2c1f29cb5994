import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar, connectionType } from '#kernel/graphql';
import { BeneficiaryFilter, line } from '../beneficiaries';
import { EnrollmentStatus } from '../enrollments';

export enum BulkActionKind {
  SUSPEND = 'SUSPEND',
  ACTIVATE = 'ACTIVATE',
  ENROL = 'ENROL',
  MOVE_ENROLLMENT = 'MOVE_ENROLLMENT',
}
registerEnumType(BulkActionKind, {
  name: 'BulkActionKind',
  description: 'What is done to many people.',
  valuesConfig: {
    SUSPEND: { description: 'Their registrations are set aside. Needs beneficiary:write, and a reason.' },
    ACTIVATE: { description: 'Registrations that were set aside go on. Needs beneficiary:write.' },
    ENROL: { description: 'They are enrolled in a project; who is enrolled already stays as they are. Needs enrollment:write.' },
    MOVE_ENROLLMENT: { description: 'They go to another status in a project. Needs enrollment:write, and a reason.' },
  },
});

export enum BulkActionStatus {
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  CANCELLED = 'CANCELLED',
}
registerEnumType(BulkActionStatus, {
  name: 'BulkActionStatus',
  description: 'Where a bulk action stands.',
  valuesConfig: {
    RUNNING: { description: 'Waits for its turn, or is being done.' },
    DONE: { description: 'Done, as far as it could be; `failures` tell the rest.' },
    CANCELLED: { description: 'Stopped; what was done before stays done.' },
  },
});

@ObjectType({ description: 'Somebody to whom nothing was done, and why.' })
export class BulkActionFailure {
  @Field(() => ID, { description: 'The id of the person.' })
  beneficiaryId: string;

  @Field(() => String, { description: 'Why: INVALID_TRANSITION (they stand where this is not possible), NOT_FOUND (not, or no longer, within reach), FORBIDDEN (who started it may no longer do it).' })
  code: string;

  position: number;
}

export const BulkActionFailureConnection = connectionType('BulkActionFailure', () => BulkActionFailure);

@ObjectType({ description: 'One thing that is done to many people in the background. What happens to each of them is in the audit log, as if it were done alone.' })
export class BulkAction {
  @Field(() => ID, { description: 'The id of the bulk action.' })
  id: string;

  @Field(() => BulkActionKind, { description: 'What is done.' })
  kind: BulkActionKind;

  @Field(() => ID, { nullable: true, description: 'The id of the project in which it is done.' })
  projectId: string | null;

  @Field(() => BulkActionStatus, { description: 'Where it stands.' })
  status: BulkActionStatus;

  @Field(() => Int, { description: 'How many people it is about; decided when it was started.' })
  total: number;

  @Field(() => Int, { description: 'How many of them were dealt with.' })
  done: number;

  @Field(() => DateTimeScalar, { description: 'When it was started (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended (UTC).' })
  endedAt: Date | null;
}

export const BulkActionConnection = connectionType('BulkAction', () => BulkAction);

@InputType({ description: 'What is to be done to whom. Say who by exactly one of `beneficiaryIds`, `groupId` and `filter`.' })
export class StartBulkActionInput {
  @Field(() => BulkActionKind, { description: 'What is to be done.' })
  kind: BulkActionKind;

  @Field(() => [ID], { nullable: true, description: 'These people: at most 10,000.' })
  beneficiaryIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'The people who are in this group now.' })
  groupId?: string | null;

  @Field(() => BeneficiaryFilter, { nullable: true, description: 'The people who fit this now.' })
  filter?: BeneficiaryFilter | null;

  @Field(() => ID, { nullable: true, description: 'The project: for ENROL and MOVE_ENROLLMENT.' })
  projectId?: string | null;

  @Field(() => EnrollmentStatus, { nullable: true, description: 'Where they go: for MOVE_ENROLLMENT.' })
  enrollmentStatus?: EnrollmentStatus | null;

  @Field(() => String, { nullable: true, description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log. For SUSPEND and MOVE_ENROLLMENT.' })
  reason?: string | null;
}

const missing = (field: string, kind: string) => ({ message: `must be given for ${kind}`, path: [field] });
const inProject = new Set([BulkActionKind.ENROL, BulkActionKind.MOVE_ENROLLMENT]);
const withReason = new Set([BulkActionKind.SUSPEND, BulkActionKind.MOVE_ENROLLMENT]);

export const startSchema = z
  .object({
    kind: z.enum(BulkActionKind),
    beneficiaryIds: z.array(z.uuid('must be an id')).min(1, 'must not be empty').max(10_000, 'must be at most 10,000').nullish(),
    groupId: z.uuid('must be an id').nullish(),
    filter: z.unknown().optional(),
    projectId: z.uuid('must be an id').nullish(),
    enrollmentStatus: z.enum(EnrollmentStatus).nullish(),
    reason: line(500).nullish(),
  })
  .superRefine((input, context) => {
    const refuse = (issue: { message: string; path: string[] }): void => context.addIssue({ code: 'custom', ...issue });
    if ([input.beneficiaryIds, input.groupId, input.filter].filter((one) => one != null).length !== 1) refuse({ message: 'must say who by exactly one of beneficiaryIds, groupId and filter', path: [] });
    if (inProject.has(input.kind) && !input.projectId) refuse(missing('projectId', input.kind));
    if (withReason.has(input.kind) && !input.reason) refuse(missing('reason', input.kind));
    if (input.kind === BulkActionKind.MOVE_ENROLLMENT && !input.enrollmentStatus) refuse(missing('enrollmentStatus', input.kind));
  });
export type StartInput = z.output<typeof startSchema>;

/** What one must be permitted for each person that it is done to. */
export function neededFor(kind: `${BulkActionKind}`): string {
  return kind === 'SUSPEND' || kind === 'ACTIVATE' ? 'beneficiary:write' : 'enrollment:write';
}
