import type { TableLimits } from './source-table';
import { TableError } from './table-error';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]); // [ {
const CLOSING = new Set([0x5d, 0x7d]); // ] }

/**
 * The objects of an array, or of a text that is one object after another, each as the text that it is. Only brackets and strings are looked at; whether
 * an object is JSON is seen when it is parsed. Holds one object at a time. Throws TableError (BROKEN_JSON, JSON_TOO_DEEP, RECORD_TOO_LONG).
 */
export async function* jsonObjects(text: AsyncIterable<string>, limits: TableLimits): AsyncGenerator<{ index: number; text: string }> {
  let index = 0;
  let held = '';
  let depth = 0;
  let quoted = false;
  let escaped = false;
  const between = new Between();
  for await (const chunk of text) {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (quoted) {
        if (escaped) escaped = false;
        else if (code === BACKSLASH) escaped = true;
        else if (code === QUOTE) quoted = false;
      } else if (depth === 0) {
        if (!between.take(chunk[at] ?? '', index + 2)) continue;
        depth = 1;
        start = at;
      } else if (code === QUOTE) quoted = true;
      else if (OPENING.has(code)) {
        depth += 1;
        if (depth > limits.depth) throw new TableError('JSON_TOO_DEEP', { row: index + 2, limit: limits.depth });
      } else if (CLOSING.has(code)) {
        depth -= 1;
        if (depth > 0) continue;
        if (held.length + at - start >= limits.recordLength) throw new TableError('RECORD_TOO_LONG', { row: index + 2, limit: limits.recordLength });
        yield { index, text: held + chunk.slice(start, at + 1) };
        index += 1;
        held = '';
      }
    }
    if (depth > 0) held += chunk.slice(start);
    if (held.length > limits.recordLength) throw new TableError('RECORD_TOO_LONG', { row: index + 2, limit: limits.recordLength });
  }
  if (depth > 0 || !between.complete) throw new TableError('BROKEN_JSON', { row: index + 2 });
}

/** What may stand between objects: in an array commas, else nothing but blanks. */
class Between {
  private state: 'START' | 'ITEM' | 'AFTER_ITEM' | 'LINES' | 'END' = 'START';

  get complete(): boolean {
    return this.state === 'END' || this.state === 'LINES';
  }

  /** Whether an object begins here. */
  take(character: string, row: number): boolean {
    if (character.trim() === '') return false;
    if (character === '{') return this.begin(row);
    if (character === '[' && this.state === 'START') this.state = 'ITEM';
    else if (character === ',' && this.state === 'AFTER_ITEM') this.state = 'ITEM';
    else if (character === ']' && (this.state === 'AFTER_ITEM' || this.state === 'ITEM')) this.state = 'END';
    else throw new TableError('BROKEN_JSON', { row });
    return false;
  }

  private begin(row: number): true {
    if (this.state === 'START' || this.state === 'LINES') this.state = 'LINES';
    else if (this.state === 'ITEM') this.state = 'AFTER_ITEM';
    else throw new TableError('BROKEN_JSON', { row });
    return true;
  }
}
