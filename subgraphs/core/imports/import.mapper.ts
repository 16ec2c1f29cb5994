import { z } from 'zod';
import type { BatchRow, ImportRow as RowOfTable } from './import.repository';
import { ImportBatch, ImportRow, type ImportNotice, type ImportProblem, type ImportRowStatus, type ImportStatus } from './import.type';
import { readMapping, readSettings } from './settings';

const doublesSchema = z.object({ by: z.string(), row: z.number().nullish(), beneficiaryId: z.string().nullish() }).nullable();

export function toImportBatch(row: BatchRow): ImportBatch {
  const { id, projectId, documentId, dryRun, dateOrder, cursor, total, createdAt, endedAt } = row;
  return Object.assign(new ImportBatch(), {
    id,
    projectId,
    documentId,
    dryRun,
    dateOrder,
    cursor,
    total,
    createdAt,
    endedAt,
    status: row.status as ImportStatus,
    country: readSettings(row.settings).country,
    mode: readSettings(row.settings).mode,
    // What was given has no headers until the file was read.
    mapping: row.status === 'RECEIVED' || row.status === 'READING' ? [] : readMapping(row.mapping),
    notices: row.notices as unknown as ImportNotice[],
    failure: row.failure as unknown as ImportNotice | null,
  });
}

export function toImportRow(row: RowOfTable): ImportRow {
  const doubles = doublesSchema.parse(row.doubles);
  return Object.assign(new ImportRow(), {
    row: row.row,
    status: row.status as ImportRowStatus,
    problems: row.problems as unknown as ImportProblem[],
    doubles: doubles && { by: doubles.by, row: doubles.row ?? null, beneficiaryId: doubles.beneficiaryId ?? null },
    beneficiaryId: row.beneficiaryId,
  });
}
