import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar, connectionType } from '#kernel/graphql';
import { BeneficiaryFilter } from '../beneficiaries';

export enum ExportFormat {
  CSV = 'CSV',
  XLSX = 'XLSX',
  JSON = 'JSON',
}
registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  description: 'What kind of file is made.',
  valuesConfig: { CSV: { description: 'CSV in UTF-8 (RFC 4180).' }, XLSX: { description: 'A workbook of one sheet.' }, JSON: { description: 'A list of objects, one for each person.' } },
});

export enum ExportPurpose {
  INTERNAL = 'INTERNAL',
  SHARING = 'SHARING',
}
registerEnumType(ExportPurpose, {
  name: 'ExportPurpose',
  description: 'What a file of people is for.',
  valuesConfig: {
    INTERNAL: { description: 'For the organisation itself.' },
    SHARING: { description: 'For others: people who have not agreed to sharing are left out, whatever is told of them.' },
  },
});

export enum ExportStatus {
  RUNNING = 'RUNNING',
  READY = 'READY',
  FAILED = 'FAILED',
}
registerEnumType(ExportStatus, {
  name: 'ExportStatus',
  description: 'Where an export stands.',
  valuesConfig: { RUNNING: { description: 'Waits for its turn, or is being made.' }, READY: { description: 'It can be downloaded, for a week.' }, FAILED: { description: 'It is not made; `failure` says why.' } },
});

@ObjectType({ description: 'A file of people, on its way or made. Each row says who made it, when, and in which export.' })
export class Export {
  @Field(() => ID, { description: 'The id of the export.' })
  id: string;

  @Field(() => ExportFormat, { description: 'What kind of file it is.' })
  format: ExportFormat;

  @Field(() => ExportPurpose, { description: 'What it is for.' })
  purpose: ExportPurpose;

  @Field(() => Boolean, { description: 'Whether names, numbers and the like are in it.' })
  personal: boolean;

  @Field(() => ExportStatus, { description: 'Where it stands.' })
  status: ExportStatus;

  @Field(() => Int, { nullable: true, description: 'How many people are in it; null until it is ready.' })
  rows: number | null;

  @Field(() => Int, { nullable: true, description: 'How many who fit were left out, because they have not agreed to sharing.' })
  withheld: number | null;

  @Field(() => String, { nullable: true, description: 'Why it is not made: FORBIDDEN (who asked may no longer export), FILE_REFUSED (the virus scanner found something in it), GIVEN_UP (it failed again and again; ask for it anew).' })
  failure: string | null;

  documentId: string | null;
  createdById: string;

  @Field(() => DateTimeScalar, { description: 'When it was asked for (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was made, or failed (UTC).' })
  endedAt: Date | null;
}

export const ExportConnection = connectionType('Export', () => Export);

@InputType({ description: 'Whom to export, and how.' })
export class ExportBeneficiariesInput {
  @Field(() => ExportFormat, { description: 'What kind of file.' })
  format: ExportFormat;

  @Field(() => ExportPurpose, { description: 'What it is for; it stands in the audit log.' })
  purpose: ExportPurpose;

  @Field(() => BeneficiaryFilter, { nullable: true, description: 'Whom: as in `beneficiaries`, but without `search`. Everybody when left out.' })
  filter?: BeneficiaryFilter | null;

  @Field(() => [String], { nullable: true, description: 'Which columns, in this order: names of columns of an export such as "referenceId", "fullName", or attributes as "attributes.<key>"; at most 200. All, with every attribute of the organisation, when left out.' })
  columns?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether names, numbers and the like are to be in it. Needs beneficiary:read-pii; where the caller does not hold it, cells stay empty.' })
  personal?: boolean | null;
}

export const exportSchema = z.object({
  format: z.enum(ExportFormat),
  purpose: z.enum(ExportPurpose),
  filter: z.looseObject({ search: z.null('must be left out: it is personal, and what is exported is remembered').optional() }).nullish().transform((filter) => filter ?? {}),
  columns: z.array(z.string().max(200)).min(1, 'must not be empty').max(200, 'must be at most 200').refine((columns) => new Set(columns).size === columns.length, 'must name each column once').nullish().transform((columns) => columns ?? []),
  personal: z.boolean().nullish().transform((personal) => personal ?? false),
});
