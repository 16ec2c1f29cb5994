import type { TableLimits } from '../source-table';
import { TableError } from '../table-error';
import type { Archive } from './archive';
import { parseAll } from './xml';

/** The texts that cells refer to by number. Throws TableError (WORKBOOK_TOO_LARGE). */
export async function sharedStrings(archive: Archive, part: string | null, limits: TableLimits): Promise<string[]> {
  const strings: string[] = [];
  if (part === null) return strings;
  let current = '';
  let characters = 0;
  let inText = false;
  let phonetic = false;
  await parseAll(archive.part(part), {
    open(name) {
      if (name === 'si') current = '';
      if (name === 'rPh') phonetic = true;
      inText = name === 't' && !phonetic;
    },
    text(text) {
      if (!inText) return;
      current += text;
      characters += text.length;
      if (characters > limits.sharedStrings) throw new TableError('WORKBOOK_TOO_LARGE', { limit: limits.sharedStrings });
    },
    close(name) {
      inText = false;
      if (name === 'rPh') phonetic = false;
      if (name !== 'si') return;
      // A string costs memory even when it is empty.
      characters += 16;
      strings.push(current);
    },
  });
  return strings;
}
