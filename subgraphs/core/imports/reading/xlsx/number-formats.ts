import type { Archive } from './archive';
import { parseAll } from './xml';

/** How a number is shown, as far as it matters for people's data. */
export type NumberFormat = { kind: 'GENERAL' } | { kind: 'DATE' } | { kind: 'ZEROS'; width: number };

const GENERAL: NumberFormat = { kind: 'GENERAL' };

/** The formats of cells, in the order in which cells refer to them. */
export async function numberFormats(archive: Archive, part: string | null): Promise<NumberFormat[]> {
  const codes = new Map<string, string>();
  const formats: NumberFormat[] = [];
  let inCells = false;
  if (part === null) return formats;
  await parseAll(archive.part(part), {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(attributes.numFmtId ?? '', attributes.formatCode ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name === 'xf' && inCells) formats.push(formatOf(attributes.numFmtId ?? '0', codes));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return formats;
}

function formatOf(id: string, codes: Map<string, string>): NumberFormat {
  const code = codes.get(id);
  if (code === undefined) return isBuiltInDate(Number(id)) ? { kind: 'DATE' } : GENERAL;
  // Without texts, colours and conditions, which may hold any letter.
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '').split(';')[0] ?? '';
  if (/[ymd]/i.test(bare) && !/general/i.test(bare)) return { kind: 'DATE' };
  return /^0+$/.test(bare) ? { kind: 'ZEROS', width: bare.length } : GENERAL;
}

/** ECMA-376 part 1, 18.8.30: 14 to 17 and 22 are dates, 27 to 36 and 50 to 58 dates of East Asian languages. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
}
