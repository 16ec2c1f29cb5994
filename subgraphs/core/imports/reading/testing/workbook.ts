import { zip, type ZipPart } from './zip';

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export interface WorkbookParts {
  /** XML inside of sheetData, for each sheet. */
  sheets: Readonly<Record<string, string>>;
  hidden?: string[];
  strings?: string[];
  /** Format codes; cell style n uses the n-th, from 1. */
  formats?: string[];
  from1904?: boolean;
  /** Parts to add or replace. */
  parts?: Readonly<Record<string, ZipPart | string>>;
}

/** A workbook as spreadsheets write it, small enough to be read. */
export function workbook({ sheets, hidden = [], strings = [], formats = [], from1904, parts }: WorkbookParts): Buffer {
  const names = Object.keys(sheets);
  return zip({
    '_rels/.rels': relations([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook xmlns:r="${RELATIONS}"><workbookPr date1904="${from1904 ? 1 : 0}"/><sheets>${names
      .map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="s${index}"${hidden.includes(name) ? ' state="hidden"' : ''}/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...names.map((_, index): Relation => [`s${index}`, 'worksheet', `worksheets/sheet${index + 1}.xml`]),
      ['st', 'sharedStrings', 'sharedStrings.xml'],
      ['fo', 'styles', '/xl/styles.xml'],
    ]),
    'xl/sharedStrings.xml': `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
    'xl/styles.xml': `<styleSheet><numFmts>${formats.map((code, index) => `<numFmt numFmtId="${200 + index}" formatCode="${code}"/>`).join('')}</numFmts><cellXfs><xf numFmtId="0"/>${formats
      .map((_, index) => `<xf numFmtId="${200 + index}"/>`)
      .join('')}</cellXfs></styleSheet>`,
    ...Object.fromEntries(names.map((name, index) => [`xl/worksheets/sheet${index + 1}.xml`, `<worksheet><sheetData>${sheets[name]}</sheetData></worksheet>`])),
    ...parts,
  });
}

type Relation = [id: string, type: string, target: string];

function relations(all: Relation[]): string {
  return `<Relationships>${all.map(([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
}
