import { posix } from 'node:path';
import type { ReadOptions } from '../source-table';
import { TableError } from '../table-error';
import type { Archive } from './archive';
import { attribute, parseAll } from './xml';

/** Where the parts of a workbook are that a sheet is read with. */
export interface Workbook {
  sheet: string;
  sharedStrings: string | null;
  styles: string | null;
  /** Days are counted from 1904 (files that began on a Mac) instead of 1900. */
  from1904: boolean;
}

interface Relation {
  type: string;
  target: string;
}

/** Finds the sheet of a name, or the first one that is shown. Throws TableError (NOT_A_TABLE, NO_SUCH_SHEET, BROKEN_WORKBOOK). */
export async function openWorkbook(archive: Archive, { sheet: wanted, onNotice }: ReadOptions): Promise<Workbook> {
  const root = archive.has('_rels/.rels') ? [...(await relations(archive, '_rels/.rels', '')).values()] : [];
  const path = root.find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  if (!archive.has(path) || !path.endsWith('.xml')) throw new TableError('NOT_A_TABLE');
  const folder = posix.dirname(path);
  const parts = await relations(archive, posix.join(folder, '_rels', `${posix.basename(path)}.rels`), folder);
  const sheets: Array<{ name: string; part: string; shown: boolean }> = [];
  let from1904 = false;
  await parseAll(archive.part(path), {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const part = parts.get(attribute(attributes, 'id') ?? '');
      if (part?.type === 'worksheet') sheets.push({ name: attributes.name ?? '', part: part.target, shown: (attributes.state ?? 'visible') === 'visible' });
    },
  });
  const shown = sheets.filter((sheet) => sheet.shown);
  const chosen = wanted === undefined ? (shown[0] ?? sheets[0]) : sheets.find(({ name }) => name === wanted);
  if (!chosen) throw new TableError('NO_SUCH_SHEET');
  if (wanted === undefined && shown.length > 1) onNotice?.({ code: 'OTHER_SHEETS', message: `The workbook has ${shown.length} sheets; the first was read.` });
  const partOf = (type: string): string | null => [...parts.values()].find((relation) => relation.type === type)?.target ?? null;
  return { sheet: chosen.part, sharedStrings: partOf('sharedStrings'), styles: partOf('styles'), from1904 };
}

async function relations(archive: Archive, part: string, folder: string): Promise<Map<string, Relation>> {
  const found = new Map<string, Relation>();
  await parseAll(archive.part(part), {
    open(name, { Id: id, Type: type, Target: target }) {
      if (name !== 'Relationship' || !id || !type || !target) return;
      found.set(id, { type: posix.basename(type), target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target) });
    },
  });
  return found;
}
