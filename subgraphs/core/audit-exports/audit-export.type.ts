import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

export enum AuditExportStatus {
  RUNNING = 'RUNNING',
  READY = 'READY',
  FAILED = 'FAILED',
}
registerEnumType(AuditExportStatus, {
  name: 'AuditExportStatus',
  description: 'How far an export of the audit log is.',
  valuesConfig: {
    RUNNING: { description: 'It is being made.' },
    READY: { description: 'The file can be downloaded.' },
    FAILED: { description: 'There is no file; `failure` says why.' },
  },
});

@ObjectType({ description: 'A file of audit entries with what proves them: whoever has it can check it without a network and without us (`rahat audit verify`, or the package sdk/audit-verifier).' })
export class AuditExport {
  @Field(() => ID, { description: 'The id of the export.' })
  id: string;

  @Field(() => AuditExportStatus, { description: 'How far it is.' })
  status: AuditExportStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Entries from this time on; null for all.' })
  from: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Entries before this time; null for all.' })
  to: Date | null;

  @Field(() => ID, { nullable: true, description: 'Only entries that concern this project; null for all.' })
  projectId: string | null;

  @Field(() => Int, { nullable: true, description: 'How many entries are in it; null until it is made.' })
  entries: number | null;

  @Field(() => Int, { nullable: true, description: 'How many entries the whole log had, those of others included: the size of its last checkpoint.' })
  treeSize: number | null;

  @Field(() => String, { nullable: true, description: 'Why there is none: FORBIDDEN (whoever asked may not read it any more), NO_CHECKPOINT (nothing is signed yet), FILE_REFUSED, or GIVEN_UP (it failed again and again).' })
  failure: string | null;

  @Field(() => ID, { description: 'The user who asked for it.' })
  createdById: string;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was made, or failed.' })
  endedAt: Date | null;

  documentId: string | null;
}

export const AuditExportConnection = connectionType('AuditExport', () => AuditExport);

@InputType({ description: 'Which entries of the organisation to export; what is left out does not narrow.' })
export class ExportAuditLogInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Entries from this time on.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Entries before this time.' })
  to?: Date | null;

  @Field(() => ID, { nullable: true, description: 'Only entries that concern this project.' })
  projectId?: string | null;

  @Field(() => [Int], { nullable: true, description: 'Sizes of checkpoints that the reader has kept, 20 at most: the export can then be compared with them.' })
  knownSizes?: number[] | null;
}

export const exportAuditLogSchema = z
  .object({ from: z.date().nullish(), to: z.date().nullish(), projectId: z.uuid().nullish(), knownSizes: z.array(z.number().int().positive()).max(20).nullish() })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], error: 'must be later than from' });
