import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';
import { ImportMode } from './settings';

export enum ImportStatus {
  RECEIVED = 'RECEIVED',
  READING = 'READING',
  VALIDATING = 'VALIDATING',
  DEDUPLICATING = 'DEDUPLICATING',
  IN_REVIEW = 'IN_REVIEW',
  COMMITTING = 'COMMITTING',
  COMMITTED = 'COMMITTED',
  PARTIALLY_COMMITTED = 'PARTIALLY_COMMITTED',
  REFUSED = 'REFUSED',
  FAILED = 'FAILED',
}
registerEnumType(ImportStatus, {
  name: 'ImportStatus',
  description: 'Where an import stands.',
  valuesConfig: {
    RECEIVED: { description: 'Waits for its turn.' },
    READING: { description: 'The whole file is looked at once.' },
    VALIDATING: { description: 'Each row is checked.' },
    DEDUPLICATING: { description: 'Rows are compared with each other and with people who are registered.' },
    IN_REVIEW: { description: 'Waits for somebody to correct the columns, decide on rows, commit or refuse. After 30 days it is refused by itself.' },
    COMMITTING: { description: 'The valid rows are being registered, others change who is registered.' },
    COMMITTED: { description: 'Every row is registered, or has changed somebody.' },
    PARTIALLY_COMMITTED: { description: 'What could be registered is; the other rows say why not. It may be committed again after decisions on rows.' },
    REFUSED: { description: 'Somebody decided that nothing (more) of it is registered.' },
    FAILED: { description: 'The file could not be read; `failure` says why. Nothing of it is kept.' },
  },
});

export enum ImportRowStatus {
  VALID = 'VALID',
  INVALID = 'INVALID',
  DUPLICATE = 'DUPLICATE',
  SKIPPED = 'SKIPPED',
  COMMITTED = 'COMMITTED',
  TO_UPDATE = 'TO_UPDATE',
  UPDATED = 'UPDATED',
}
registerEnumType(ImportRowStatus, {
  name: 'ImportRowStatus',
  description: 'Where a row stands.',
  valuesConfig: {
    VALID: { description: 'Will be registered.' },
    INVALID: { description: 'Cannot be registered; its problems say why and what to do.' },
    DUPLICATE: { description: 'Seems to be somebody who is registered, or who stands in an earlier row.' },
    SKIPPED: { description: 'Somebody decided to leave it out.' },
    COMMITTED: { description: 'Registered.' },
    TO_UPDATE: { description: 'Will change the person whom it doubles: what the row says becomes theirs, what it leaves empty stays.' },
    UPDATED: { description: 'The person has what the row says.' },
  },
});

registerEnumType(ImportMode, {
  name: 'ImportMode',
  description: 'What a file of people is for.',
  valuesConfig: {
    REGISTER: { description: 'It brings new people. Who seems to be registered already waits for a decision.' },
    UPDATE: { description: 'It changes people who are registered, and brings nobody new: rows are found by their reference, or without one by a government id or wallet. What a row leaves empty stays.' },
  },
});

@ObjectType({ description: 'Which column of a file is what.' })
export class ImportColumn {
  @Field(() => Int, { description: 'The column, from 0.' })
  column: number;

  @Field(() => String, { description: 'Its header in the file.' })
  header: string;

  @Field(() => String, { nullable: true, description: 'What it is: a field of a registration such as "fullName", "phone", "birthDate", "governmentIds.national-id", "household.reference", "household.head", "household.size", "enrollment.multiplier", "enrollment.maxPayments", "attributes.village"; null or "IGNORE" for nothing.' })
  field: string | null;

  @Field(() => Float, { description: 'How sure this is, from 0 to 1; 1 for what somebody has said or confirmed.' })
  confidence: number;
}

@ObjectType({ description: 'How many rows stand where.' })
export class ImportCounts {
  @Field(() => Int, { description: 'Rows below the header that are not blank.' })
  total: number;

  @Field(() => Int, { description: 'Rows that will be registered.' })
  valid: number;

  @Field(() => Int, { description: 'Rows that cannot be registered.' })
  invalid: number;

  @Field(() => Int, { description: 'Rows that seem to be somebody twice.' })
  duplicate: number;

  @Field(() => Int, { description: 'Rows that somebody has left out.' })
  skipped: number;

  @Field(() => Int, { description: 'Rows that are registered.' })
  committed: number;

  @Field(() => Int, { description: 'Rows that will change somebody who is registered.' })
  toUpdate: number;

  @Field(() => Int, { description: 'Rows whose people have what they say.' })
  updated: number;
}

@ObjectType({ description: 'How far the present phase is.' })
export class ImportProgress {
  @Field(() => ImportStatus, { description: 'The phase.' })
  phase: ImportStatus;

  @Field(() => Int, { description: 'Rows that it has dealt with.' })
  done: number;

  @Field(() => Int, { nullable: true, description: 'Rows that there are; null while that is not known.' })
  total: number | null;
}

@ObjectType({ description: 'Something that is good to know about a file that could be read, or why it could not.' })
export class ImportNotice {
  @Field(() => String, { description: 'What it is, for programs.' })
  code: string;

  @Field(() => String, { description: 'What it is, and what to do, for people.' })
  message: string;
}

@ObjectType({ description: 'Something about a row that a person should look at. It never repeats the content of a cell.' })
export class ImportProblem {
  @Field(() => String, { description: 'The header of the column, or empty when it is about the whole row.' })
  column: string;

  @Field(() => String, { description: 'What it is, for programs, for example "MANGLED_NUMBER".' })
  code: string;

  @Field(() => String, { description: '"ERROR" keeps the row from being registered, "WARNING" does not.' })
  severity: string;

  @Field(() => String, { description: 'What is wrong.' })
  message: string;

  @Field(() => String, { description: 'What to do.' })
  advice: string;
}

@ObjectType({ description: 'Whom a row seems to double.' })
export class ImportDouble {
  @Field(() => String, { description: 'By what: "REFERENCE", "GOVERNMENT_ID" or "WALLET".' })
  by: string;

  @Field(() => Int, { nullable: true, description: 'The earlier row of the file, if it is one.' })
  row: number | null;

  @Field(() => ID, { nullable: true, description: 'The id of the person who is registered, if it is one.' })
  beneficiaryId: string | null;
}

@ObjectType({ description: 'What was found out about a row of a file. The row itself stays in the file.' })
export class ImportRow {
  @Field(() => Int, { description: 'The number of the row, as a spreadsheet counts: the header is 1.' })
  row: number;

  @Field(() => ImportRowStatus, { description: 'Where it stands.' })
  status: ImportRowStatus;

  @Field(() => [ImportProblem], { description: 'What is wrong with it.' })
  problems: ImportProblem[];

  @Field(() => ImportDouble, { nullable: true, description: 'Whom it seems to double.' })
  doubles: ImportDouble | null;

  beneficiaryId: string | null;
}

export const ImportRowConnection = connectionType('ImportRow', () => ImportRow);

@ObjectType({ description: 'A file of registrations on its way into the organisation.' })
export class ImportBatch {
  @Field(() => ID, { description: 'The id of the import.' })
  id: string;

  projectId: string | null;
  documentId: string;

  @Field(() => ImportStatus, { description: 'Where it stands.' })
  status: ImportStatus;

  @Field(() => Boolean, { description: 'Whether it is only tried: then it cannot be committed.' })
  dryRun: boolean;

  @Field(() => ImportMode, { description: 'What the file is for.' })
  mode: ImportMode;

  @Field(() => String, { description: 'Whose phone numbers are meant where there is no country code (ISO 3166-1 alpha-2).' })
  country: string;

  @Field(() => String, { nullable: true, description: 'In which order dates are read: DMY, MDY or YMD. AMBIGUOUS, CONFLICTING or OTHER_CALENDAR when the file does not tell: then say it with `remapImport`.' })
  dateOrder: string | null;

  @Field(() => [ImportColumn], { description: 'Which column is what; empty until the file was read.' })
  mapping: ImportColumn[];

  @Field(() => [ImportNotice], { description: 'What is good to know about the file.' })
  notices: ImportNotice[];

  @Field(() => ImportNotice, { nullable: true, description: 'Why the file could not be read.' })
  failure: ImportNotice | null;

  cursor: number;
  total: number;

  @Field(() => DateTimeScalar, { description: 'When it was started (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended (UTC). Its rows are kept for 30 days from then, and so is its file.' })
  endedAt: Date | null;
}

export const ImportBatchConnection = connectionType('ImportBatch', () => ImportBatch);
