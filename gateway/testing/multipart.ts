import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/**
 * Reads a `multipart/mixed` body as it arrives, strictly (RFC 2046, section 5.1): a part ends with the delimiter that follows it, so a part whose
 * delimiter has not come is not there yet. After the closing delimiter nothing may follow.
 */
export async function* partsOf(response: Response): AsyncGenerator<{ headers: Record<string, string>; body: unknown }> {
  const boundary = /;\s*boundary="?([^";]+)"?/i.exec(response.headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined || !response.body) throw new Error('This is no multipart answer.');
  const delimiter = `\r\n--${boundary}`;
  let text = '\r\n';
  let inside = false;
  let closed = false;
  for await (const chunk of Readable.fromWeb(response.body as ReadableStream).setEncoding('utf8')) {
    if (closed) throw new Error(`Something follows the end: ${String(chunk)}`);
    text += String(chunk);
    for (;;) {
      const at = text.indexOf(delimiter);
      const after = text.slice(at + delimiter.length);
      if (at < 0 || after.length < 2) break;
      const part = text.slice(0, at);
      if (inside) yield readPart(part);
      else if (part.trim() !== '') throw new Error(`A preamble: ${part}`);
      inside = true;
      closed = after.startsWith('--');
      if (closed && after !== '--' && after !== '--\r\n') throw new Error(`Something follows the end: ${after}`);
      if (closed) break;
      if (!after.startsWith('\r\n')) throw new Error(`No line ends after the delimiter: ${after}`);
      text = after;
    }
  }
  if (!closed) throw new Error(`The body ends within a part: ${text}`);
}

function readPart(text: string): { headers: Record<string, string>; body: unknown } {
  const end = text.indexOf('\r\n\r\n');
  if (!text.startsWith('\r\n') || end < 0) throw new Error(`A part without headers: ${text}`);
  const headers = text.slice(2, end).split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return { headers: Object.fromEntries(headers) as Record<string, string>, body: JSON.parse(text.slice(end + 4)) };
}
