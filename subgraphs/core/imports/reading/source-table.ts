import type { RowProblem } from '../normalising/row-problem';

/** What a file of registrations can be. Told by content ({@link detectKind}), never by name. */
export const tableKinds = ['CSV', 'XLSX', 'JSON'] as const;
export type TableKind = (typeof tableKinds)[number];

/** One row, as a spreadsheet shows it. */
export interface SourceRow {
  /** The number in the margin of a spreadsheet, from 1; blank rows count but are not delivered. For JSON, the row that the object would be below its header. */
  row: number;
  /** As many as the header has; what is missing is empty. */
  cells: string[];
  /** What is wrong with the shape of the row, for example cells beyond the header. */
  problems?: RowProblem[];
}

/** What the reader of a file should be told though the file can be read. Holds nothing of what is in its rows. */
export interface TableNotice {
  code: 'ENCODING_GUESSED' | 'OTHER_SHEETS' | 'COLUMNS_LEFT_OUT';
  message: string;
}

/** Beyond these a file is refused with {@link TableError}. */
export interface TableLimits {
  columns: number;
  /** Below the header. */
  rows: number;
  /** Characters of one cell. */
  cellLength: number;
  /** Characters of one CSV record, or of one JSON object. */
  recordLength: number;
  /** How deep JSON may nest, the object of a row counting as 1. */
  depth: number;
  /** Bytes of a workbook as uploaded: it is held in memory, since its directory stands at the end. Never written to disk: it is personal. */
  archiveBytes: number;
  archiveEntries: number;
  /** Bytes of one unpacked part of a workbook. */
  unpackedBytes: number;
  /** Unpacked bytes for each packed one. Real worksheets stay below 50. */
  ratio: number;
  /** Characters of all shared strings of a workbook: they are held in memory. */
  sharedStrings: number;
}

export const defaultLimits: TableLimits = {
  columns: 500,
  rows: 2_000_000,
  cellLength: 10_000,
  recordLength: 1_000_000,
  depth: 8,
  archiveBytes: 100 * 2 ** 20,
  archiveEntries: 2_000,
  unpackedBytes: 4 * 2 ** 30,
  ratio: 200,
  sharedStrings: 64 * 2 ** 20,
};

export interface ReadOptions {
  limits?: Partial<TableLimits>;
  /** XLSX: the sheet of this name, else the first one. */
  sheet?: string;
  onNotice?(notice: TableNotice): void;
}
