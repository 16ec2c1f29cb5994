import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { neutraliseFormula } from '../imports';
import type { ExportFormat } from './export.type';

/** A table on its way into a file: its headers, and its rows as they come. */
export interface Table {
  headers: readonly string[];
  rows: AsyncIterable<readonly string[]>;
}

/** Writes a table as a file, row by row: nothing of it is held. */
export type Writer = (table: Table) => AsyncIterable<Uint8Array>;

/** RFC 4180, with a mark so that spreadsheets read it as UTF-8. What a spreadsheet would run is made text. */
const csv: Writer = async function* ({ headers, rows }) {
  const line = (cells: readonly string[]): string => `${cells.map((cell) => `"${neutraliseFormula(cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
  yield Buffer.from(`\ufeff${line(headers)}`);
  for await (const cells of rows) yield Buffer.from(line(cells));
};

/** A list of objects: it is imported again as it is. */
const json: Writer = async function* ({ headers, rows }) {
  yield Buffer.from('[');
  let first = true;
  for await (const cells of rows) {
    yield Buffer.from(`${first ? '' : ','}\n${JSON.stringify(Object.fromEntries(headers.map((header, index) => [header, cells[index] ?? ''])))}`);
    first = false;
  }
  yield Buffer.from('\n]\n');
};

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Rows of a sheet, its header among them (ECMA-376 leaves it open; spreadsheets hold no more). */
const SHEET_ROWS = 1_048_576;

/**
 * What the parts are (ECMA-376, part 2, 10.1.2): it comes first, so that a file is known by its beginning, and so before it is known how many sheets
 * there will be; a part of which nothing else is said is a sheet.
 */
const CONTENT_TYPES = ['[Content_Types].xml', `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="${TYPES}.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/></Types>`] as const;

/** The other parts that a workbook of so many sheets has (ECMA-376, part 1, 12 and 18). */
function partsOf(sheets: number): ReadonlyArray<readonly [path: string, content: string]> {
  const all = (part: (n: number) => string): string => Array.from({ length: sheets }, (_, index) => part(index + 1)).join('');
  return [
    ['_rels/.rels', `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ['xl/workbook.xml', `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${all((n) => `<sheet name="People${n === 1 ? '' : ` ${n}`}" sheetId="${n}" r:id="r${n}"/>`)}</sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', `<Relationships xmlns="${RELATIONS}">${all((n) => `<Relationship Id="r${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`],
  ];
}

/** A workbook of texts: no cell is ever a number, a date or a formula, so that no digit is lost and nothing runs. What does not fit into a sheet goes on in the next. */
export function workbook(sheetRows = SHEET_ROWS): Writer {
  return async function* ({ headers, rows }) {
    const source = rows[Symbol.asyncIterator]();
    const state: { next: IteratorResult<readonly string[]> | null; failed: unknown } = { next: await source.next(), failed: null };
    const sheet = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(`${XML}<worksheet xmlns="${MAIN}"><sheetData>${row(headers)}`);
      try {
        for (let count = 1; count < sheetRows && state.next && !state.next.done; count += 1) {
          yield Buffer.from(row(state.next.value));
          state.next = await source.next();
        }
      } catch (error) {
        // A source that fails inside the archive would end the process: it is told of outside, and half an archive is thrown away by whoever asked for it.
        state.failed = error;
        state.next = null;
      }
      yield Buffer.from('</sheetData></worksheet>');
    };
    const zip = new ZipFile();
    const add = ([path, content]: readonly [string, string]): void => zip.addBuffer(Buffer.from(XML + content), path);
    const fill = async (): Promise<void> => {
      add(CONTENT_TYPES);
      let sheets = 0;
      do {
        sheets += 1;
        const stream = Readable.from(sheet(), { objectMode: false });
        zip.addReadStream(stream, `xl/worksheets/sheet${sheets}.xml`);
        await finished(stream);
      } while (state.next && !state.next.done);
      partsOf(sheets).forEach(add);
      zip.end();
    };
    const filled = fill();
    for await (const piece of zip.outputStream) yield piece as Buffer;
    await filled;
    if (state.failed !== null) throw state.failed;
  };
}

function row(cells: readonly string[]): string {
  return `<row>${cells.map((cell) => `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`).join('')}</row>`;
}

// What XML 1.0 cannot hold at all is left out.
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '').replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? '');
}

export const writers: Readonly<Record<`${ExportFormat}`, { write: Writer; ending: string }>> = { CSV: { write: csv, ending: 'csv' }, XLSX: { write: workbook(), ending: 'xlsx' }, JSON: { write: json, ending: 'json' } };
