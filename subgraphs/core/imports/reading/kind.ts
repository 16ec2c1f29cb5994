import type { TableKind } from './source-table';
import { TableError } from './table-error';
import { encodingOf } from './text';

const ZIP = [Buffer.from('PK\x03\x04'), Buffer.from('PK\x05\x06')];
/** Compound files: .xls, and .xlsx with a password (MS-OFFCRYPTO). */
const COMPOUND_FILE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const BINARY = /[\0-\x08\x0e-\x19\x1c-\x1f]/;  
const OTHER_TEXT = /^\s*(<|%PDF-|\{\\rtf)/;
const JSON_START = /^\s*(\[\s*([{\]]|$)|\{\s*(["}]|$))/;

/** How many of the first bytes {@link detectKind} wants. */
export const KIND_BYTES = 4096;

/** What a file is, by its first bytes. Throws TableError (EMPTY, NOT_A_TABLE, OLD_OR_ENCRYPTED_WORKBOOK). */
export function detectKind(head: Uint8Array): TableKind {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (ZIP.some((signature) => bytes.subarray(0, 4).equals(signature))) return 'XLSX';
  if (bytes.subarray(0, COMPOUND_FILE.length).equals(COMPOUND_FILE)) throw new TableError('OLD_OR_ENCRYPTED_WORKBOOK');
  const text = textOf(bytes);
  if (BINARY.test(text) || OTHER_TEXT.test(text)) throw new TableError('NOT_A_TABLE');
  if (text.trim() === '') throw new TableError('EMPTY');
  return JSON_START.test(text) ? 'JSON' : 'CSV';
}

function textOf(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  // A character that the first bytes cut in half is no matter here.
  return new TextDecoder(encoding === 'utf-8-or-windows-1252' ? 'utf-8' : encoding).decode(bytes);
}
