import type { RawRow } from '../shape';
import type { TableLimits } from '../source-table';
import { TableError } from '../table-error';
import type { Archive } from './archive';
import { numberText } from './cell-text';
import type { NumberFormat } from './number-formats';
import { parsed } from './xml';

/** ECMA-376 part 1, 18.3.1.73: what a worksheet can hold. */
const LAST_ROW = 1_048_576;

interface Reading {
  strings: readonly string[];
  formats: readonly NumberFormat[];
  from1904: boolean;
  limits: TableLimits;
}

/** The rows of a worksheet. Holds the rows of one unpacked chunk (64 KiB of XML). */
export async function* sheetRows(archive: Archive, part: string, reading: Reading): AsyncGenerator<RawRow> {
  const builder = new RowBuilder(reading);
  for await (const _ of parsed(archive.part(part), builder)) yield* builder.taken();
}

class RowBuilder {
  private done: RawRow[] = [];
  private row = 0;
  private column = 0;
  private cells: string[] = [];
  private type = 'n';
  private style = 0;
  private value = '';
  private inValue = false;
  private phonetic = false;

  constructor(private readonly reading: Reading) {}

  taken(): RawRow[] {
    const rows = this.done;
    this.done = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.inValue = (name === 'v' || name === 't') && !this.phonetic;
    if (name === 'rPh') this.phonetic = true;
    if (name === 'row') this.beginRow(attributes.r);
    if (name !== 'c') return;
    this.column = attributes.r ? columnOf(attributes.r) : this.column + 1;
    this.type = attributes.t ?? 'n';
    this.style = Number(attributes.s ?? 0);
    this.value = '';
  }

  text(text: string): void {
    if (!this.inValue) return;
    this.value += text;
    const limit = this.reading.limits.cellLength;
    if (this.value.length > limit) throw new TableError('CELL_TOO_LONG', { row: this.row, column: this.column, limit });
  }

  close(name: string): void {
    this.inValue = false;
    if (name === 'rPh') this.phonetic = false;
    if (name === 'c') this.endCell();
    if (name === 'row') this.done.push({ row: this.row, cells: this.cells });
  }

  private beginRow(number: string | undefined): void {
    const row = number ? Number(number) : this.row + 1;
    if (!Number.isInteger(row) || row <= this.row || row > LAST_ROW) throw new TableError('BROKEN_WORKBOOK');
    this.row = row;
    this.column = 0;
    this.cells = [];
  }

  private endCell(): void {
    const text = this.shown();
    if (text === '') return;
    const limit = this.reading.limits.columns;
    if (this.column > limit) throw new TableError('TOO_MANY_COLUMNS', { row: this.row, column: this.column, limit });
    while (this.cells.length < this.column) this.cells.push('');
    this.cells[this.column - 1] = text;
  }

  private shown(): string {
    const { strings, formats, from1904 } = this.reading;
    switch (this.type) {
      case 's':
        return this.sharedString(strings);
      case 'b':
        return this.value === '1' ? 'true' : 'false';
      case 'n':
        return numberText(this.value, formats[this.style] ?? { kind: 'GENERAL' }, from1904);
      default:
        return this.value;
    }
  }

  private sharedString(strings: readonly string[]): string {
    if (this.value === '') return '';
    const text = strings[Number(this.value)];
    if (text === undefined) throw new TableError('BROKEN_WORKBOOK');
    return text;
  }
}

function columnOf(reference: string): number {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (!letters) throw new TableError('BROKEN_WORKBOOK');
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0);
}
