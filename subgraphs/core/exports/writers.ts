import { Readable } from 'node:stream';
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

/** The parts that every workbook has (ECMA-376, part 1, 12 and 18). */
const PARTS: ReadonlyArray<readonly [path: string, content: string]> = [
  ['[Content_Types].xml', `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/></Types>`],
  ['_rels/.rels', `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
  ['xl/workbook.xml', `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>`],
  ['xl/_rels/workbook.xml.rels', `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`],
];

/** A workbook of texts: no cell is ever a number, a date or a formula, so that no digit is lost and nothing runs. */
const xlsx: Writer = async function* (table) {
  // A source that fails inside the archive would end the process: it is told of outside, and half an archive is thrown away by whoever asked for it.
  const failed: { with: unknown } = { with: null };
  const whole = (async function* () {
    try {
      yield* sheet(table);
    } catch (error) {
      failed.with = error;
    }
  })();
  const zip = new ZipFile();
  for (const [path, content] of PARTS) zip.addBuffer(Buffer.from(XML + content), path);
  zip.addReadStream(Readable.from(whole, { objectMode: false }), 'xl/worksheets/sheet1.xml');
  zip.end();
  for await (const piece of zip.outputStream) yield piece as Buffer;
  if (failed.with !== null) throw failed.with;
};

async function* sheet({ headers, rows }: Table): AsyncGenerator<Buffer> {
  yield Buffer.from(`${XML}<worksheet xmlns="${MAIN}"><sheetData>${row(headers)}`);
  for await (const cells of rows) yield Buffer.from(row(cells));
  yield Buffer.from('</sheetData></worksheet>');
}

function row(cells: readonly string[]): string {
  return `<row>${cells.map((cell) => `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`).join('')}</row>`;
}

// What XML 1.0 cannot hold at all is left out.
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '').replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? '');
}

export const writers: Readonly<Record<`${ExportFormat}`, { write: Writer; ending: string }>> = { CSV: { write: csv, ending: 'csv' }, XLSX: { write: xlsx, ending: 'xlsx' }, JSON: { write: json, ending: 'json' } };
