import type { ReadOptions } from './source-table';
import { TableError } from './table-error';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-8-or-windows-1252';

/** By byte order mark, else by where NUL bytes stand: every delimiter and line end of UTF-16 has one. */
export function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const nuls = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) nuls[index % 2] = (nuls[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = nuls;
  // UTF-16 has NULs on one side, and many; binary files have them on both.
  if (odd > head.length / 10 && even === 0) return 'utf-16le';
  if (even > head.length / 10 && odd === 0) return 'utf-16be';
  return 'utf-8-or-windows-1252';
}

/**
 * The text of a file. Without a mark it is UTF-8, unless its first bytes beyond ASCII are not: then it is taken for Windows-1252 (what spreadsheets write
 * in Western Europe and Africa), with a notice. Throws TableError (BROKEN_ENCODING).
 */
export async function* decoded(head: Buffer, stream: AsyncIterable<Uint8Array>, onNotice: ReadOptions['onNotice']): AsyncGenerator<string> {
  const encoding = encodingOf(head);
  const decoder = new TextDecoder(encoding === 'utf-8-or-windows-1252' ? 'utf-8' : encoding, { fatal: true });
  let undecided = encoding === 'utf-8-or-windows-1252';
  let windows = false;
  for await (const bytes of stream) {
    if (undecided && !isAscii(bytes)) {
      undecided = false;
      windows = !beginsLikeUtf8(bytes);
      if (windows) onNotice?.({ code: 'ENCODING_GUESSED', message: 'The file is not UTF-8; it was read as Windows-1252. Check names with accents, or save it as CSV (UTF-8).' });
    }
    yield windows ? windows1252(bytes) : decode(decoder, bytes);
  }
  if (!windows) yield decode(decoder);
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch {
    throw new TableError('BROKEN_ENCODING');
  }
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** A sequence that the end of the chunk cuts off counts as begun well. */
function beginsLikeUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

// 0x80 to 0x9f of Windows-1252 (https://encoding.spec.whatwg.org/#windows-1252). Node 20 decodes them as Latin-1.
const C1 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function windows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => C1[character.charCodeAt(0) - 0x80] ?? character);  
}
