import type { TableLimits } from './source-table';
import { TableError } from './table-error';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Splits text into records (RFC 4180, read generously: any line ends, quotation marks inside of a cell are text, text after a closing one belongs to the
 * cell). Of our own because it finds the end of a cell by searching, not byte by byte: docs/adr/0016 says what that is worth.
 */
export class CsvRecords {
  private records: string[][] = [];
  private cells: string[] = [];
  private cell = '';
  private length = 0;
  private count = 0;
  private state: 'CELL_START' | 'PLAIN' | 'QUOTED' | 'QUOTE_SEEN' = 'CELL_START';
  /** A line that ended with CR may go on with its LF in the next chunk. */
  private afterCr = false;
  private readonly delimiter: number;

  constructor(
    delimiter: string,
    private readonly limits: TableLimits,
  ) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  /** The records that end in this text. */
  take(text: string): string[][] {
    this.records = [];
    let at = 0;
    while (at < text.length) at = this.state === 'QUOTED' ? this.quoted(text, at) : this.unquoted(text, at);
    return this.records;
  }

  /** What is left when the text ends without a line end. Throws TableError (BROKEN_CSV). */
  end(): string[][] {
    if (this.state === 'QUOTED') throw new TableError('BROKEN_CSV', { row: this.count + 1 });
    this.records = [];
    if (this.state !== 'CELL_START' || this.cells.length > 0) this.endRecord();
    return this.records;
  }

  private quoted(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    this.add(text.slice(at, end));
    if (quote >= 0) this.state = 'QUOTE_SEEN';
    return end + 1;
  }

  private unquoted(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (this.afterCr) {
      this.afterCr = false;
      if (code === LF) return at + 1;
    }
    if (code === QUOTE && this.state !== 'PLAIN') {
      if (this.state === 'QUOTE_SEEN') this.add('"');
      this.state = 'QUOTED';
      return at + 1;
    }
    return this.plain(text, at);
  }

  private plain(text: string, start: number): number {
    let at = start;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== this.delimiter && code !== LF && code !== CR) continue;
      if (at > start) this.add(text.slice(start, at));
      if (code === this.delimiter) this.endCell();
      else this.endRecord();
      this.afterCr = code === CR;
      return at + 1;
    }
    this.add(text.slice(start));
    this.state = 'PLAIN';
    return at;
  }

  private add(text: string): void {
    this.length += text.length;
    if (this.length > this.limits.recordLength) throw new TableError('RECORD_TOO_LONG', { row: this.count + 1, limit: this.limits.recordLength });
    this.cell += text;
  }

  private endCell(): void {
    this.cells.push(this.cell);
    this.length += 1;
    this.cell = '';
    this.state = 'CELL_START';
  }

  private endRecord(): void {
    this.endCell();
    this.records.push(this.cells);
    this.cells = [];
    this.length = 0;
    this.count += 1;
  }
}
