import { csvRows } from './csv';
import { jsonRows } from './json';
import { detectKind, KIND_BYTES } from './kind';
import { peeked } from './peeked';
import { shaped } from './shape';
import { defaultLimits, type ReadOptions, type SourceRow, type TableKind } from './source-table';
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
  const { head, whole } = await peeked(stream, KIND_BYTES);
  if (head.length === 0) throw new TableError('EMPTY');
  const found = detectKind(head);
  if (kind !== null && kind !== found) throw new TableError('OTHER_KIND');
  if (found === 'XLSX') yield* shaped(xlsxRows(whole, limits, options), limits, 'USUAL');
  else if (found === 'JSON') yield* shaped(jsonRows(decoded(head, whole, options.onNotice), limits), limits, 'USUAL');
  else yield* shaped(csvRows(decoded(head, whole, options.onNotice), limits), limits, 'NOTED');
}
