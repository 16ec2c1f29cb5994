import { AppError } from '#kernel/errors';

/** Why a file cannot be read, each with what to do about it. `extensions.reason` holds the key. */
export const tableFaults = {
  EMPTY: { message: 'The file is empty.', advice: 'Choose the file that holds the registrations.' },
  NO_ROWS: { message: 'The file has a header but no rows.', advice: 'Add at least one row below the header.' },
  NOT_A_TABLE: { message: 'The file is neither CSV, XLSX nor JSON.', advice: 'Save it as CSV (UTF-8) or as .xlsx.' },
  OTHER_KIND: { message: 'The content of the file is of another kind than was said.', advice: 'Choose the kind that the file is, or let it be detected.' },
  OLD_OR_ENCRYPTED_WORKBOOK: { message: 'The workbook is an old .xls, or it is encrypted.', advice: 'Open it, remove its password, and save it as .xlsx.' },
  BROKEN_WORKBOOK: { message: 'The workbook is damaged.', advice: 'Open it in a spreadsheet and save it again as .xlsx.' },
  WORKBOOK_TOO_LARGE: { message: 'The workbook, or what it unpacks to, is too large.', advice: 'Save the one sheet as CSV (UTF-8), which has no such limit.' },
  NO_SUCH_SHEET: { message: 'The workbook has no worksheet of this name.', advice: 'Name one of its worksheets, or none to take the first.' },
  BROKEN_ENCODING: { message: 'The text is damaged: it begins in UTF-8 and goes on in something else.', advice: 'Save the file again as CSV (UTF-8).' },
  BROKEN_CSV: { message: 'A quotation mark that opens a cell is not closed.', advice: 'Close it, or double the quotation marks that are text.' },
  BROKEN_JSON: { message: 'The text is not JSON of the kind expected: an array of objects, or one object on each line.', advice: 'Correct it at the row named.' },
  JSON_TOO_DEEP: { message: 'An object nests too deep.', advice: 'Flatten it: nested fields become columns with dots.' },
  NO_HEADER: { message: 'The first row seems to be a person: there are no names of columns.', advice: 'Put a row with the names of the columns on top.' },
  UNNAMED_COLUMN: { message: 'A column with content has no name.', advice: 'Write a name into the first row of this column.' },
  DUPLICATE_COLUMN: { message: 'Two columns have the same name.', advice: 'Rename one of them.' },
  TOO_MANY_COLUMNS: { message: 'There are too many columns.', advice: 'Delete the columns that are not needed.' },
  TOO_MANY_ROWS: { message: 'There are too many rows.', advice: 'Split the file.' },
  CELL_TOO_LONG: { message: 'A cell is too long.', advice: 'Shorten it; if most of the file seems to be in it, a quotation mark is not closed.' },
  RECORD_TOO_LONG: { message: 'A row is too long.', advice: 'Shorten it; if most of the file seems to be in it, a quotation mark is not closed.' },
} as const;

export type TableFault = keyof typeof tableFaults;

/** Where in the file: `row` as a spreadsheet counts, `column` its number from 1. Never content: it may be personal. */
export interface FaultPlace {
  row?: number;
  column?: number;
  limit?: number;
}

/** A file cannot be read. Shown to the caller: says where, why, and what to do. */
export class TableError extends AppError {
  constructor(
    readonly reason: TableFault,
    readonly place: FaultPlace = {},
  ) {
    const { message, advice } = tableFaults[reason];
    super('FILE_UNREADABLE', `${where(place)}${message}${limitOf(place)} ${advice}`, { reason, ...place, advice });
  }
}

function where({ row, column }: FaultPlace): string {
  const parts = [row === undefined ? '' : `row ${row}`, column === undefined ? '' : `column ${column}`].filter(Boolean).join(', ');
  return parts ? `${parts[0]?.toUpperCase()}${parts.slice(1)}: ` : '';
}

function limitOf({ limit }: FaultPlace): string {
  return limit === undefined ? '' : ` The limit is ${limit}.`;
}
