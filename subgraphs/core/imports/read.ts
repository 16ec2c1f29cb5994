import { BadInputError } from '#kernel/errors';
import { transaction } from '../database';
import { attributeFinder } from './attribute-values';
import { headersHash, openBatchFile } from './batch-file';
import type { BatchRow } from './import.repository';
import { guessMapping } from './mapping';
import { DateOrderDetector, asciiDigits } from './normalising';
import { moveOn, type PhaseDeps } from './phase';
import { TableError, type TableNotice } from './reading';
import { asJson, readMapping, readSettings, storedMapping, type StoredMapping } from './settings';

/** First look at the whole file: which column is what, which number of its dates is the day, and how many rows it has. */
export async function read(deps: PhaseDeps, batch: BatchRow): Promise<void> {
  const settings = readSettings(batch.settings);
  const notices: TableNotice[] = [];
  const rows = await openBatchFile(deps.documents, batch, (notice) => notices.push(notice));
  const header = await rows.next();
  if (header.done) throw new TableError('EMPTY');
  if (isData(header.value.cells)) throw new TableError('NO_HEADER', { row: header.value.row });
  const mapping = await mappingFor(deps, batch, header.value.cells);
  const find = attributeFinder(await deps.attributes.checker(batch.organizationId, batch.projectId));
  notices.push(...leftOut(mapping.filter(({ field }) => field === null || (field.startsWith('attributes.') && !find(field.slice('attributes.'.length))))));
  const dates = new DateOrderDetector(mapping, { today: settings.today, languages: settings.languages });
  let total = 0;
  for await (const { cells } of rows) {
    dates.add(cells);
    total += 1;
  }
  const { state, order } = dates.verdict();
  const dateOrder = settings.dateOrder ?? order ?? (state === 'NONE' ? null : state);
  await transaction(deps.database, (tx) => moveOn(tx, batch, { status: 'VALIDATING', mapping: asJson(mapping), dateOrder, notices: asJson(notices), total, cursor: 0 }));
}

/** Names of columns that mean nothing, and hold what only rows hold: numbers of phones and documents, or dates. */
function isData(headers: readonly string[]): boolean {
  return guessMapping(headers).every(({ confidence }) => confidence < 0.5) && headers.some((text) => /^\W*(\d\W{0,2}){6,}$/.test(asciiDigits(text)));
}

const NAMED = 20;

function leftOut(columns: StoredMapping): TableNotice[] {
  if (columns.length === 0) return [];
  const names = columns.slice(0, NAMED).map(({ column, header }) => `"${header || column}"`).join(', ');
  const more = columns.length > NAMED ? ` and ${columns.length - NAMED} more` : '';
  return [{ code: 'COLUMNS_LEFT_OUT', message: `These columns are not kept: ${names}${more}. Say what they are, or define attributes of these names.` }];
}

/** What was given, else what somebody has confirmed for these headers, else a guess. */
async function mappingFor(deps: PhaseDeps, batch: BatchRow, headers: readonly string[]): Promise<StoredMapping> {
  const given = batch.mapping === null ? null : readMapping(batch.mapping);
  if (!given) {
    const saved = storedMapping.safeParse(await deps.repository.savedMapping(batch.organizationId, headersHash(headers)));
    return saved.success ? saved.data : guessMapping(headers);
  }
  const beyond = given.find(({ column }) => column >= headers.length);
  if (beyond) throw new BadInputError('mapping', `names column ${beyond.column}, but the file has ${headers.length} columns (the first is 0)`);
  const fields = new Map(given.map(({ column, field }) => [column, field]));
  return headers.map((header, column) => ({ column, header, field: fields.get(column) ?? null, confidence: 1 }));
}
