import { pipeline, Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import { delimiterOf } from './delimiter';
import type { RawRow } from './shape';
import type { TableLimits } from './source-table';
import { TableError } from './table-error';

const SAMPLE = 65_536;
/** The first line by which spreadsheets are told the delimiter. */
const SEPARATOR_LINE = /^sep=(.)\r?\n?/i;

/** The records of CSV (RFC 4180, read generously): delimiter detected, any line ends, quotation marks inside of cells taken as text. */
export async function* csvRows(text: AsyncGenerator<string>, limits: TableLimits): AsyncGenerator<RawRow> {
  const { sample, whole } = await sampled(text);
  const told = SEPARATOR_LINE.exec(sample);
  const parser = parse({
    delimiter: told?.[1] ?? delimiterOf(sample),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: limits.recordLength,
  });
  // The parser hands errors of the text on; nothing else is to be done with them here.
  pipeline(Readable.from(whole), parser, () => undefined);
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1;
      if (row === 1 && told) continue;
      yield { row, cells };
    }
  } catch (error) {
    // The parser is ahead of what was delivered.
    throw faultOf(error, parser.info.records + 1, limits);
  }
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

function faultOf(error: unknown, row: number, limits: TableLimits): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_MAX_RECORD_SIZE') return new TableError('RECORD_TOO_LONG', { row, limit: limits.recordLength });
  return new TableError('BROKEN_CSV', { row });
}
