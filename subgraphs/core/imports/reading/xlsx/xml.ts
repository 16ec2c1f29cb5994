import { SaxesParser } from 'saxes';
import { TableError } from '../table-error';

/** What is done with the elements of a part. Names are without their prefix: the strict and the transitional form differ in it only. */
export interface XmlHandlers {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Characters that a parser may hold back waiting for the end of a text or a tag. No cell has as many. */
const HELD_CHARACTERS = 1_000_000;

/**
 * Parses XML chunk by chunk; resumes the caller after each, so that it can hand on what handlers have gathered. No entity but the five of XML is known
 * and nothing outside is ever fetched. Throws TableError (BROKEN_WORKBOOK, WORKBOOK_TOO_LARGE).
 */
export async function* parsed(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = new SaxesParser({ xmlns: false });
  let held = 0;
  const seen = (): void => void (held = 0);
  parser.on('error', () => {
    throw new TableError('BROKEN_WORKBOOK');
  });
  parser.on('doctype', () => {
    throw new TableError('BROKEN_WORKBOOK');
  });
  parser.on('opentag', ({ name, attributes }) => {
    seen();
    handlers.open?.(localName(name), attributes as Record<string, string>);
  });
  parser.on('text', (text) => {
    seen();
    handlers.text?.(text);
  });
  parser.on('closetag', ({ name }) => {
    seen();
    handlers.close?.(localName(name));
  });
  for await (const chunk of bytes) {
    held += chunk.length;
    parser.write(textOf(decoder, chunk));
    if (held > HELD_CHARACTERS) throw new TableError('WORKBOOK_TOO_LARGE');
    yield;
  }
  parser.write(textOf(decoder)).close();
  yield;
}

/** Parses a part that is read as a whole. */
export async function parseAll(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): Promise<void> {
  for await (const _ of parsed(bytes, handlers));
}

/** An attribute whatever its prefix: relations are named `r:id`, in the strict form sometimes otherwise. */
export function attribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return attributes[name] ?? Object.entries(attributes).find(([key]) => localName(key) === name)?.[1];
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function textOf(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw new TableError('BROKEN_WORKBOOK');
  }
}
