import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImportBadRowsDocument, ImportCommitDocument, ImportReadDocument, ImportReportDocument, ImportStartDocument, type ImportDateOrder, type ImportMode, type ImportStateFragment } from '../../../generated/graphql/documents';
import type { Ask } from '../../start/graphql-client';
import type { ImportOptions } from './options';
import type { ProgressBar } from './progress-bar';
import { upload } from './upload';

const EVERY_MS = 500;
const SHOWN_ROWS = 10;
const BUSY = new Set(['RECEIVED', 'READING', 'VALIDATING', 'DEDUPLICATING', 'COMMITTING']);
/** What the file says of its dates when it does not tell. */
const UNTOLD = new Set(['AMBIGUOUS', 'CONFLICTING', 'OTHER_CALENDAR']);

/** Where an import was left. */
export interface Outcome {
  exitCode: number;
  batch: ImportStateFragment;
}

export interface RunDeps {
  ask: Ask;
  bar: ProgressBar;
  say(text: string): void;
  /** Whether a person agrees; false where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
}

/** Brings a file as far as it goes: to the people registered, to the end of a dry run, or to where a person must say more. */
export async function runImport(deps: RunDeps, options: ImportOptions): Promise<Outcome> {
  const { ask, bar, say } = deps;
  const documentId = await upload(ask, options.file, options.projectId, (done, total) => bar.show('upload', done, total));
  const { projectId, areaCode, mapping, dryRun, country, languages, sheet } = options;
  const input = { documentId, projectId, areaCode, mapping, dryRun, country, languages, sheet, dateOrder: options.dateOrder as ImportDateOrder | null, mode: (options.update ? 'UPDATE' : 'REGISTER') as ImportMode };
  const { startImport } = await ask(ImportStartDocument, { input, key: randomUUID() });
  let batch = await settled(deps, startImport.id);
  for (const { message } of batch.notices) say(message);
  if (batch.status === 'IN_REVIEW') {
    for (const { column, header, field, confidence } of batch.mapping) say(`  ${column} ${header} → ${field ?? 'not known, left out'}${field !== null && confidence < 0.5 ? ' (a guess)' : ''}`);
    batch = await afterReview(deps, options, batch);
  }
  await report(deps, options, batch);
  return { exitCode: exitCodeOf(batch), batch };
}

async function afterReview(deps: RunDeps, { yes }: ImportOptions, batch: ImportStateFragment): Promise<ImportStateFragment> {
  const { total, valid, toUpdate, invalid, duplicate } = batch.counts;
  deps.say(`${total} rows: ${valid} can be registered, ${toUpdate} change somebody, ${invalid} have errors, ${duplicate} seem to be somebody twice.`);
  if (UNTOLD.has(batch.dateOrder ?? '')) deps.say(`The file does not tell in which order its dates are written (${batch.dateOrder}): say it with --date-order.`);
  if (batch.dryRun || valid + toUpdate === 0 || UNTOLD.has(batch.dateOrder ?? '')) return batch;
  if (!yes && !(await deps.confirm(valid > 0 ? `Register ${valid} people?` : `Change ${toUpdate} people?`))) return batch;
  await deps.ask(ImportCommitDocument, { id: batch.id, key: randomUUID() });
  return settled(deps, batch.id);
}

/** Waits until the import waits for us, or has ended. */
async function settled({ ask, bar }: RunDeps, id: string): Promise<ImportStateFragment> {
  for (;;) {
    const { importBatch } = await ask(ImportReadDocument, { id });
    if (!importBatch) throw new Error('The import is gone.');
    bar.show(importBatch.progress.phase, importBatch.progress.done, importBatch.progress.total ?? null);
    if (!BUSY.has(importBatch.status)) {
      bar.end();
      return importBatch;
    }
    await sleep(EVERY_MS);
  }
}

async function report({ ask, say }: RunDeps, { errors }: ImportOptions, batch: ImportStateFragment): Promise<void> {
  if (batch.failure) say(`${batch.failure.code}: ${batch.failure.message}`);
  const { committed, updated, invalid, duplicate } = batch.counts;
  if (committed > 0) say(`${committed} people are registered.`);
  if (updated > 0) say(`${updated} people have what the file says.`);
  if (errors !== null && invalid + duplicate > 0) await download(ask, batch.id, errors);
  if (invalid === 0) return;
  const { importBatch } = await ask(ImportBadRowsDocument, { id: batch.id, first: SHOWN_ROWS });
  for (const { node } of importBatch?.rows.edges ?? []) {
    for (const { column, message, advice, severity } of node.problems) if (severity === 'ERROR') say(`  row ${node.row}${column ? `, ${column}` : ''}: ${message} ${advice}`);
  }
  if (invalid > SHOWN_ROWS) say(`  … and ${invalid - SHOWN_ROWS} more rows.${errors === null ? ' --errors writes them all to a file.' : ` All are in ${errors}.`}`);
}

/** Personal data: for whoever asked for it, and nobody else. */
async function download(ask: Ask, id: string, file: string): Promise<void> {
  const { reportImportErrors } = await ask(ImportReportDocument, { id });
  const answer = await fetch(reportImportErrors.downloadUrl ?? '');
  if (!answer.ok || !answer.body) throw new Error('The bad rows could not be downloaded.');
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file, { mode: 0o600 }));
}

function exitCodeOf({ status, dryRun, dateOrder, counts: { invalid, duplicate, valid, toUpdate } }: ImportStateFragment): number {
  if (status === 'COMMITTED') return 0;
  if (status === 'PARTIALLY_COMMITTED') return 2;
  if (status !== 'IN_REVIEW') return 1;
  if (UNTOLD.has(dateOrder ?? '')) return 3;
  if (dryRun || valid + toUpdate === 0) return invalid + duplicate > 0 ? 2 : 0;
  return 3;
}
