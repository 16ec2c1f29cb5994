import type { RawRow } from '../shape';
import type { ReadOptions, TableLimits } from '../source-table';
import { openArchive } from './archive';
import { numberFormats } from './number-formats';
import { sharedStrings } from './shared-strings';
import { sheetRows } from './sheet-rows';
import { openWorkbook } from './workbook';

/** The rows of one sheet of a workbook (ECMA-376). Holds the packed file and its shared strings, not the sheet. */
export async function* xlsxRows(stream: AsyncIterable<Uint8Array>, limits: TableLimits, options: ReadOptions): AsyncGenerator<RawRow> {
  const archive = await openArchive(stream, limits);
  const workbook = await openWorkbook(archive, options);
  const formats = await numberFormats(archive, workbook.styles);
  const strings = await sharedStrings(archive, workbook.sharedStrings, limits);
  yield* sheetRows(archive, workbook.sheet, { strings, formats, from1904: workbook.from1904, limits });
}
