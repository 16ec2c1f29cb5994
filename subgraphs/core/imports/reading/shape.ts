import { rowProblem, type RowProblem } from '../normalising/row-problem';
import type { SourceRow, TableLimits } from './source-table';
import { TableError } from './table-error';

/** A row as its format has it: of any width, blank or not. */
export interface RawRow {
  row: number;
  cells: string[];
  problems?: RowProblem[];
}

/**
 * Makes a table of rows: the first that is not blank is the header, the others get its width, blank ones go. Holds one row at a time.
 * Throws TableError for what makes the whole file unusable.
 */
export async function* shaped(rows: AsyncIterable<RawRow>, limits: TableLimits, missingCells: 'NOTED' | 'USUAL'): AsyncGenerator<SourceRow> {
  let header: SourceRow | undefined;
  let count = 0;
  for await (const raw of rows) {
    const cells = withoutTail(raw.cells);
    if (cells.length === 0) continue;
    if (!header) {
      header = headerOf({ row: raw.row, cells }, limits);
      yield header;
      continue;
    }
    if (++count > limits.rows) throw new TableError('TOO_MANY_ROWS', { row: raw.row, limit: limits.rows });
    yield fitted(raw, cells, header, limits, missingCells);
  }
  if (!header) throw new TableError('EMPTY');
  if (count === 0) throw new TableError('NO_ROWS');
}

function headerOf({ row, cells }: RawRow, limits: TableLimits): SourceRow {
  if (cells.length > limits.columns) throw new TableError('TOO_MANY_COLUMNS', { row, column: limits.columns + 1, limit: limits.columns });
  checkLengths(row, cells, limits);
  const seen = new Set<string>();
  const names = cells.map((cell, index) => {
    const name = cell.normalize('NFC').replace(/\s+/g, ' ').trim();
    if (name !== '' && seen.has(name.toLowerCase())) throw new TableError('DUPLICATE_COLUMN', { row, column: index + 1 });
    seen.add(name.toLowerCase());
    return name;
  });
  return { row, cells: names };
}

function fitted(raw: RawRow, cells: string[], header: SourceRow, limits: TableLimits, missingCells: 'NOTED' | 'USUAL'): SourceRow {
  const width = header.cells.length;
  checkLengths(raw.row, cells, limits);
  const unnamed = header.cells.findIndex((name, index) => name === '' && (cells[index] ?? '').trim() !== '');
  if (unnamed >= 0) throw new TableError('UNNAMED_COLUMN', { row: raw.row, column: unnamed + 1 });
  const problems = [...(raw.problems ?? [])];
  if (cells.length > width) problems.push(rowProblem('', 'TOO_MANY_CELLS'));
  if (missingCells === 'NOTED' && raw.cells.length < width) problems.push(rowProblem('', 'TOO_FEW_CELLS'));
  const fit = Array.from({ length: width }, (_, index) => cells[index] ?? '');
  return { row: raw.row, cells: fit, ...(problems.length > 0 && { problems }) };
}

function checkLengths(row: number, cells: string[], limits: TableLimits): void {
  const long = cells.findIndex((cell) => cell.length > limits.cellLength);
  if (long >= 0) throw new TableError('CELL_TOO_LONG', { row, column: long + 1, limit: limits.cellLength });
}

/** Spreadsheets write the blank cells right of a table along. */
function withoutTail(cells: string[]): string[] {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return last === cells.length - 1 ? cells : cells.slice(0, last + 1);
}
