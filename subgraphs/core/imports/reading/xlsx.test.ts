import { randomBytes } from 'node:crypto';
import type { TableNotice } from '.';
import { cellsOf, rowsOf } from './testing/rows-of';
import { workbook } from './testing/workbook';
import { zip } from './testing/zip';

const HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>born</t></is></c></row>';
const body = (cells: string): string => `${HEADER}<row r="3">${cells}</row>`;

test('strings, numbers and dates are read as a person saw them, rows numbered as in the margin', async () => {
  const bytes = workbook({
    strings: ['phone', 'Jos&#233; &amp; co'],
    formats: ['dd\\-mm\\-yyyy', '0000000000', '[$-409]d mmm yy;@'],
    sheets: { People: `${HEADER}<row r="3"><c r="A3"><v>2.54708000001E11</v></c><c r="B3" s="1"><v>32994</v></c></row><row r="4"><c r="A4" s="2"><v>712345678</v></c><c r="B4" s="3"><v>36526.5</v></c></row><row r="5"><c r="B5" t="s"><v>1</v></c></row>` },
  });
  for (const chunk of [1000, 65_536]) {
    expect(await rowsOf(bytes, { chunk })).toEqual([
      { row: 1, cells: ['phone', 'born'] },
      { row: 3, cells: ['254708000001', '1990-05-01'] },
      { row: 4, cells: ['0712345678', '2000-01-01 12:00:00'] },
      { row: 5, cells: ['', 'José & co'] },
    ]);
  }
});

test('days are counted from 1904 when the workbook says so', async () => {
  const bytes = workbook({ strings: ['a'], formats: ['yyyy-mm-dd'], from1904: true, sheets: { S: body('<c r="B3" s="1"><v>31532</v></c>') } });
  expect((await cellsOf(bytes))[1]).toEqual(['', '1990-05-01']);
});

test('a number of more digits than spreadsheets keep is shown as rounded, so that it is refused as mangled later', async () => {
  const bytes = workbook({ strings: ['a'], sheets: { S: body('<c r="A3"><v>4.0795234567890123E+15</v></c>') } });
  expect((await cellsOf(bytes))[1]?.[0]).toBe('4.07952E+15');
});

test('the first sheet that is shown is read, or the one that is named', async () => {
  const notices: TableNotice[] = [];
  const sheet = (text: string): string => `<row><c t="inlineStr"><is><t>${text}</t></is></c></row><row><c><v>1</v></c></row>`;
  const bytes = workbook({ sheets: { Notes: sheet('hidden'), Main: sheet('main'), More: sheet('more') }, hidden: ['Notes'] });
  expect((await cellsOf(bytes, { onNotice: (notice) => notices.push(notice) }))[0]).toEqual(['main']);
  expect(notices.map(({ code }) => code)).toEqual(['OTHER_SHEETS']);
  expect((await cellsOf(bytes, { sheet: 'More' }))[0]).toEqual(['more']);
  await expect(rowsOf(bytes, { sheet: 'None' })).rejects.toMatchObject({ reason: 'NO_SUCH_SHEET' });
});

const BOMB = `<worksheet><sheetData>${' '.repeat(3_000_000)}</sheetData></worksheet>`;

test.each([
  ['that unpacks to far more than it is', workbook({ sheets: { S: HEADER }, parts: { 'xl/worksheets/sheet1.xml': BOMB } }), 'WORKBOOK_TOO_LARGE'],
  ['that lies about its size', workbook({ sheets: { S: HEADER }, parts: { 'xl/worksheets/sheet1.xml': { content: BOMB, claimedSize: 1000 } } }), 'BROKEN_WORKBOOK'],
  ['with an encrypted part', workbook({ sheets: { S: HEADER }, parts: { 'xl/worksheets/sheet1.xml': { content: BOMB, encrypted: true } } }), 'OLD_OR_ENCRYPTED_WORKBOOK'],
  ['with thousands of entries', zip(Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`x${index}`, '']))), 'WORKBOOK_TOO_LARGE'],
  ['with an entity bomb', workbook({ sheets: { S: HEADER }, parts: { 'xl/sharedStrings.xml': '<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>' } }), 'BROKEN_WORKBOOK'],
  ['with one text that does not end', workbook({ sheets: { S: HEADER }, parts: { 'xl/sharedStrings.xml': `<sst><si><t>${randomBytes(1_000_000).toString('hex')}</t></si></sst>` } }), 'WORKBOOK_TOO_LARGE'],
  ['whose XML is broken', workbook({ sheets: { S: '<row><c></row>' } }), 'BROKEN_WORKBOOK'],
  ['whose rows go backwards', workbook({ strings: ['a'], sheets: { S: `${HEADER}<row r="9"/><row r="4"/>` } }), 'BROKEN_WORKBOOK'],
  ['that refers to a string it does not have', workbook({ sheets: { S: '<row><c t="s"><v>7</v></c></row>' } }), 'BROKEN_WORKBOOK'],
  ['with a cell far to the right', workbook({ strings: ['a'], sheets: { S: body('<c r="XFD3"><v>1</v></c>') } }), 'TOO_MANY_COLUMNS'],
  ['with a huge cell', workbook({ strings: ['a'], sheets: { S: body(`<c r="A3" t="str"><v>${'x'.repeat(20_000)}</v></c>`) } }), 'CELL_TOO_LONG'],
  ['without rows', workbook({ strings: ['a'], sheets: { S: HEADER } }), 'NO_ROWS'],
  ['without anything', workbook({ sheets: { S: '' } }), 'EMPTY'],
  ['that is a zip of something else', zip({ 'readme.txt': 'hello' }), 'NOT_A_TABLE'],
  ['cut off in the middle', workbook({ sheets: { S: HEADER } }).subarray(0, 300), 'BROKEN_WORKBOOK'],
])('a workbook %s is refused', async (_, bytes, reason) => {
  await expect(rowsOf(bytes, { chunk: 65_536 })).rejects.toMatchObject({ code: 'FILE_UNREADABLE', reason });
});

test('a workbook beyond the size that is held in memory is refused before it is held', async () => {
  await expect(rowsOf(workbook({ sheets: { S: HEADER } }), { limits: { archiveBytes: 500 } })).rejects.toMatchObject({ reason: 'WORKBOOK_TOO_LARGE' });
});
