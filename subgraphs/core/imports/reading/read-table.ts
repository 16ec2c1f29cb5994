import { csvRows } from './csv';
import { jsonRows } from './json';
import { detectKind, KIND_BYTES } from './kind';
import { peeked } from './peeked';
import { shaped, type RawRow } from './shape';
import { defaultLimits, type ReadOptions, type SourceRow, type TableKind, type TableLimits } from './source-table';
import { TableError } from './table-error';
import { decoded } from './text';
import { xlsxRows } from './xlsx';

/**
 * Reads a file of registrations row by row: first its header, then the rows that are not blank, each as wide as the header. The kind is told by content;
 * a kind that is given is held to it. Memory does not grow with CSV and JSON; a workbook is held packed, with its shared strings.
 * @throws TableError (FILE_UNREADABLE) at the place where it becomes known, which may be the last row.
 */
export async function* readTable(stream: AsyncIterable<Uint8Array>, kind: TableKind | null = null, options: ReadOptions = {}): AsyncGenerator<SourceRow> {
  const limits = { ...defaultLimits, ...options.limits };
  const { head, whole, close } = await peeked(stream, KIND_BYTES);
  try {
    if (head.length === 0) throw new TableError('EMPTY');
    const found = detectKind(head);
    if (kind !== null && kind !== found) throw new TableError('OTHER_KIND');
    yield* shaped(rowsOf(found, head, whole, limits, options), limits, found === 'CSV' ? 'NOTED' : 'USUAL');
  } finally {
    await close();
  }
}

function rowsOf(kind: TableKind, head: Buffer, whole: AsyncIterable<Uint8Array>, limits: TableLimits, options: ReadOptions): AsyncGenerator<RawRow> {
  if (kind === 'XLSX') return xlsxRows(whole, limits, options);
  const text = decoded(head, whole, options.onNotice);
  return kind === 'JSON' ? jsonRows(text, limits) : csvRows(text, limits);
}
