/** How much of a file {@link mediaTypeOf} looks at, in bytes. */
export const HEAD_BYTES = 4096;

const SIGNATURES: ReadonlyArray<readonly [mediaType: string, signature: string, offset?: number]> = [
  ['application/pdf', '%PDF-'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF87a'],
  ['image/gif', 'GIF89a'],
  ['image/webp', 'WEBP', 8],
  ['image/tiff', 'II*\0'],
  ['image/tiff', 'MM\0*'],
  ['audio/mpeg', 'ID3'],
  ['audio/wav', 'WAVE', 8],
  ['audio/ogg', 'OggS'],
  ['video/mp4', 'ftyp', 4],
];

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const ZIP = 'PK\x03\x04';

/** The types that are taken when nothing else is said. */
export const USUAL_TYPES: readonly string[] = [
  'application/pdf', 'image/png', 'image/jpeg', 'image/webp', 'image/tiff', 'audio/mpeg', 'audio/wav', 'audio/ogg', 'text/plain', 'text/csv', 'application/json',
  `${OFFICE}.wordprocessingml.document`, `${OFFICE}.spreadsheetml.sheet`,
];

/**
 * The media type of a file by how it begins; what a client says about it does not count. Null for what is none of ours: programs, markup that a
 * browser would run, archives of anything. Only between kinds of plain text, which look alike, the name decides.
 */
export function mediaTypeOf(head: Buffer, filename: string): string | null {
  const text = head.toString('latin1');
  const known = SIGNATURES.find(([, signature, offset = 0]) => text.startsWith(signature, offset));
  if (known) return known[0];
  if (text.startsWith(ZIP)) return officeTypeOf(text);
  if (!isText(head, filename)) return null;
  return TEXT_TYPES.find(([ending]) => ending.test(filename))?.[1] ?? 'text/plain';
}

// Office files name their parts in the clear at the beginning.
function officeTypeOf(text: string): string | null {
  if (text.includes('word/') && text.includes('[Content_Types].xml')) return `${OFFICE}.wordprocessingml.document`;
  if (text.includes('xl/') && text.includes('[Content_Types].xml')) return `${OFFICE}.spreadsheetml.sheet`;
  return null;
}

const TEXT_TYPES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\.(csv|tsv)$/i, 'text/csv'],
  [/\.(json|ndjson|jsonl)$/i, 'application/json'],
];

/** Text in UTF-8; tables also as spreadsheets still write them: UTF-16 with its mark, or one of the encodings of single bytes. */
function isText(head: Buffer, filename: string): boolean {
  if (isPlainText(head)) return true;
  if (!/\.(csv|tsv|txt)$/i.test(filename)) return false;
  const mark = head.subarray(0, 2).toString('latin1');
  const text = mark === '\xff\xfe' ? head.toString('utf16le') : mark === '\xfe\xff' ? Buffer.from(head.subarray(0, head.length & ~1)).swap16().toString('utf16le') : head.toString('latin1');
  return !/[\0-\x08\x0e-\x1f]/.test(text) && !/^\ufeff?\s*</.test(text) && !text.startsWith('#!');
}

function isPlainText(head: Buffer): boolean {
  const whole = head.subarray(0, head.length < HEAD_BYTES ? head.length : lastWhole(head));
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(whole);
  } catch {
    return false;
  }
  // Markup is for browsers: none of it is taken for text.
  return !/[\0-\x08\x0e-\x1f\x7f]/.test(text) && !/^\s*</.test(text) && !text.startsWith('#!');
}

/** Where the last character begins: it may be cut in half. */
function lastWhole(head: Buffer): number {
  let end = head.length - 1;
  while (end > 0 && ((head[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}
