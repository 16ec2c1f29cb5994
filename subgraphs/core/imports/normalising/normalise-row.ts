import type { ColumnMapping, ImportField } from '../mapping/import-field';
import { readerOf, type CellReader } from './cell-readers';
import { cleanText, isEmptyMarker, isEmptyName } from './clean-text';
import type { NormalisedRow, NormaliseSettings } from './imported-person';
import { emptyDraft, finished } from './person-draft';
import { rowProblem, type RowProblem } from './row-problem';

const NAMES: ReadonlySet<ImportField> = new Set(['fullName', 'firstName', 'middleName', 'lastName']);

/**
 * What a row tells of a person, in the forms in which people are stored, and what is wrong with it. Cells that say nothing ("", "-", "n/a") are left out.
 * A value with an error is left out as well, never stored half. A name is asked for when the mapping has one; nothing else is.
 */
export function normaliseRow(cells: readonly string[], mapping: readonly ColumnMapping[], settings: NormaliseSettings): NormalisedRow {
  const draft = emptyDraft();
  const problems: RowProblem[] = [];
  for (const { column, header, field } of mapping) {
    if (field === null || field === 'IGNORE') continue;
    const text = cleanText(cells[column] ?? '');
    if (NAMES.has(field) ? isEmptyName(text) : isEmptyMarker(text)) continue;
    for (const code of reader(field)(text, draft, settings)) problems.push(rowProblem(header, code));
  }
  const person = finished(draft);
  const name = mapping.find(({ field }) => field !== null && NAMES.has(field));
  if (name && !person.fullName && !problems.some(({ code }) => code === 'TEXT_INVALID')) problems.push(rowProblem(name.header, 'MISSING'));
  return { person, problems };
}

const readers = new Map<ImportField, CellReader>();
/** Keys of attributes come from files: the memory of readers must not grow with them. */
const REMEMBERED = 1_000;

function reader(field: ImportField): CellReader {
  const known = readers.get(field);
  if (known) return known;
  const made = readerOf(field);
  if (readers.size < REMEMBERED) readers.set(field, made);
  return made;
}
