import { CsvRecords } from './csv-records';
import { delimiterOf } from './delimiter';
import type { RawRow } from './shape';
import type { TableLimits } from './source-table';

const SAMPLE = 65_536;
/** The first line by which spreadsheets are told the delimiter. */
const SEPARATOR_LINE = /^sep=(.)(\r\n|\n|\r|$)/i;

/** The rows of a text whose delimiter is told by its first line, or detected. Holds the records of one chunk. */
export async function* csvRows(text: AsyncGenerator<string>, limits: TableLimits): AsyncGenerator<RawRow> {
  const { sample, whole } = await sampled(text);
  const told = SEPARATOR_LINE.exec(sample);
  const records = new CsvRecords(told?.[1] ?? delimiterOf(sample), limits);
  let row = 0;
  const numbered = (cells: string[]): RawRow => ({ row: (row += 1), cells });
  for await (const chunk of whole) for (const cells of records.take(chunk)) yield numbered(row === 0 && told ? [] : cells);
  for (const cells of records.end()) yield numbered(cells);
}

async function sampled(text: AsyncGenerator<string>): Promise<{ sample: string; whole: AsyncGenerator<string> }> {
  let sample = '';
  while (sample.length < SAMPLE) {
    const next = await text.next();
    if (next.done) break;
    sample += next.value;
  }
  return { sample, whole: follow(sample, text) };
}

async function* follow(sample: string, text: AsyncGenerator<string>): AsyncGenerator<string> {
  if (sample) yield sample;
  yield* text;
}
