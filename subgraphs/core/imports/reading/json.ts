import { rowProblem } from '../normalising/row-problem';
import { jsonObjects } from './json-objects';
import type { RawRow } from './shape';
import type { TableLimits } from './source-table';
import { TableError } from './table-error';

/** Which objects name the columns, and how many characters of them are held for it. */
const NAMING_OBJECTS = 1_000;
const NAMING_CHARACTERS = 8_000_000;

/**
 * The rows of an array of objects, or of one object on each line (NDJSON), as a table: nested fields are columns with dots, numbers stay as written.
 * Columns are the fields of the first thousand objects; a field that comes later is a problem of its row, so that nothing is lost in silence.
 */
export async function* jsonRows(text: AsyncIterable<string>, limits: TableLimits): AsyncGenerator<RawRow> {
  const columns = new Map<string, number>();
  let waiting: Array<Map<string, string>> = [];
  let characters = 0;
  let row = 1;
  let named = false;
  for await (const object of jsonObjects(text, limits)) {
    const fields = flat(object.text, object.index + 2);
    if (named) {
      yield rowOf(fields, columns, (row += 1));
      continue;
    }
    for (const name of fields.keys()) if (!columns.has(name)) columns.set(name, columns.size);
    if (columns.size > limits.columns) throw new TableError('TOO_MANY_COLUMNS', { row: object.index + 2, limit: limits.columns });
    waiting.push(fields);
    characters += object.text.length;
    if (waiting.length < NAMING_OBJECTS && characters < NAMING_CHARACTERS) continue;
    named = true;
    yield { row: 1, cells: [...columns.keys()] };
    for (const kept of waiting) yield rowOf(kept, columns, (row += 1));
    waiting = [];
  }
  if (named) return;
  if (columns.size > 0) yield { row: 1, cells: [...columns.keys()] };
  for (const kept of waiting) yield rowOf(kept, columns, (row += 1));
}

function rowOf(fields: Map<string, string>, columns: Map<string, number>, row: number): RawRow {
  const cells = new Array<string>(columns.size).fill('');
  let unknown = false;
  for (const [name, value] of fields) {
    const column = columns.get(name);
    if (column !== undefined) cells[column] = value;
    else if (value !== '') unknown = true;
  }
  return { row, cells, ...(unknown && { problems: [rowProblem('', 'UNKNOWN_KEY')] }) };
}

// Strings first, so that digits in them stay; numbers as strings, because 254708000000000001 would lose digits.
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g;

function flat(text: string, row: number): Map<string, string> {
  const fields = new Map<string, string>();
  let value: unknown;
  try {
    value = JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch {
    throw new TableError('BROKEN_JSON', { row });
  }
  lay(value, '', fields);
  return fields;
}

function lay(value: unknown, path: string, fields: Map<string, string>): void {
  if (Array.isArray(value) && !value.some((item) => typeof item === 'object' && item !== null)) fields.set(path, value.map(textOf).filter(Boolean).join('; '));
  else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) lay(inner, path ? `${path}.${key}` : key, fields);
  else fields.set(path, textOf(value));
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
