import { cellsOf, rowsOf } from './testing/rows-of';
import type { TableNotice } from '.';

const PEOPLE = 'name;town\r\nNúria;Ivano-Frankivsk\r\nकमला;काठमाडौँ\r\n';
const READ = [['name', 'town'], ['Núria', 'Ivano-Frankivsk'], ['कमला', 'काठमाडौँ']];

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['UTF-8', Buffer.from(PEOPLE)],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${PEOPLE}`)],
  ['UTF-16 LE with a mark', Buffer.from(`\ufeff${PEOPLE}`, 'utf16le')],
  ['UTF-16 BE with a mark', swapped(`\ufeff${PEOPLE}`)],
  ['UTF-16 LE without a mark', Buffer.from(PEOPLE, 'utf16le')],
  ['UTF-16 BE without a mark', swapped(PEOPLE)],
])('a file in %s is read the same wherever its chunks end', async (_, bytes) => {
  for (const chunk of [1, 2, 3, 7, 4096]) expect(await cellsOf(bytes, { chunk })).toEqual(READ);
});

test('a file in Windows-1252 is read, with a notice that it was guessed', async () => {
  const notices: TableNotice[] = [];
  const bytes = Buffer.concat([Buffer.from('name,price\nAm'), Buffer.from([0xe9]), Buffer.from('lie,'), Buffer.from([0x80]), Buffer.from('5\n')]);
  expect(await cellsOf(bytes, { onNotice: (notice) => notices.push(notice), chunk: 4096 })).toEqual([['name', 'price'], ['Amélie', '€5']]);
  expect(notices.map(({ code }) => code)).toEqual(['ENCODING_GUESSED']);
});

test('a file that begins in UTF-8 and goes on in something else is refused', async () => {
  const bytes = Buffer.concat([Buffer.from('name\nNúria\n'.padEnd(5000, 'x')), Buffer.from([0xe9, 0x0a])]);
  await expect(rowsOf(bytes)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', reason: 'BROKEN_ENCODING' });
});

test.each([',', ';', '\t', '|'])('the delimiter %j is found though cells hold the others', async (delimiter) => {
  const text = ['name', 'place', 'amount'].join(delimiter) + '\n' + ['"Amal; Ali, Jr"', '"a|b\tc"', '"1,5"'].join(delimiter) + '\n';
  expect((await cellsOf(text))[1]).toEqual(['Amal; Ali, Jr', 'a|b\tc', '1,5']);
});

test('a line that tells the delimiter to spreadsheets is obeyed and counts as a row', async () => {
  expect(await rowsOf('sep=|\na|b,c\n1|2,3\n')).toEqual([{ row: 2, cells: ['a', 'b,c'] }, { row: 3, cells: ['1', '2,3'] }]);
});

test('rows are numbered as a spreadsheet shows them: blank ones and line ends within cells included', async () => {
  expect(await rowsOf('\n\nname,note\r\nA,"two\nlines"\r\r,,\nB,x')).toEqual([
    { row: 3, cells: ['name', 'note'] },
    { row: 4, cells: ['A', 'two\nlines'] },
    { row: 7, cells: ['B', 'x'] },
  ]);
});

test('ragged rows are problems of their rows; blank cells beyond the header are none', async () => {
  const rows = await rowsOf('a,b\n1,2,3\n1\n1,2,,\n');
  expect(rows.map(({ cells, problems }) => [cells, problems?.map(({ code, severity }) => `${code} ${severity}`)])).toEqual([
    [['a', 'b'], undefined],
    [['1', '2'], ['TOO_MANY_CELLS ERROR']],
    [['1', ''], ['TOO_FEW_CELLS WARNING']],
    [['1', '2'], undefined],
  ]);
});

test('quotation marks inside of a cell are text', async () => {
  expect((await cellsOf('name,x\nJean "Jo" Doe,1\n'))[1]).toEqual(['Jean "Jo" Doe', '1']);
});

test.each([
  ['nothing', '', 'EMPTY', {}],
  ['blanks', ' \n\n , \n', 'EMPTY', {}],
  ['a header only', 'name,phone\n', 'NO_ROWS', {}],
  ['a quotation mark that is not closed', 'name,phone\nA,1\n"B,2\nC,3\n', 'BROKEN_CSV', { row: 3 }],
  ['two columns of one name', 'name,Phone,phone \n1,2,3\n', 'DUPLICATE_COLUMN', { row: 1, column: 3 }],
  ['a column without a name', 'name,,phone\nA,,1\nB,x,2\n', 'UNNAMED_COLUMN', { row: 3, column: 2 }],
  ['10,000 columns', `${Array.from({ length: 10_000 }, (_, index) => `c${index}`).join(',')}\n1\n`, 'TOO_MANY_COLUMNS', { row: 1, column: 501, limit: 500 }],
  ['a huge cell', `name,note\nA,${'x'.repeat(20_000)}\n`, 'CELL_TOO_LONG', { row: 2, column: 2, limit: 10_000 }],
  ['a cell without an end', `name\n"${'x'.repeat(1_500_000)}`, 'RECORD_TOO_LONG', { row: 2 }],
  ['HTML', '<html><table><tr><td>name</td></tr></table>', 'NOT_A_TABLE', {}],
  ['a PDF', '%PDF-1.7\n%âãÏÓ', 'NOT_A_TABLE', {}],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), 'NOT_A_TABLE', {}],
  ['an old or encrypted workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), 'OLD_OR_ENCRYPTED_WORKBOOK', {}],
])('a file with %s is refused with the reason, the place and advice', async (_, bytes, reason, place) => {
  const error: unknown = await rowsOf(bytes, { chunk: 4096 }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'FILE_UNREADABLE', reason, place, details: { reason, ...place, advice: expect.stringMatching(/\.$/) } });
});

test('more rows than allowed are refused at the first of them', async () => {
  await expect(rowsOf('a\n1\n2\n3\n', { limits: { rows: 2 } })).rejects.toMatchObject({ reason: 'TOO_MANY_ROWS', place: { row: 4, limit: 2 } });
});

test('a kind that was told is held to the content', async () => {
  await expect(rowsOf('a\n1\n', { kind: 'XLSX' })).rejects.toMatchObject({ reason: 'OTHER_KIND' });
});

test('no message repeats what is in the file', async () => {
  const error = await rowsOf('name,SECRET,secret\n').catch((thrown: Error) => thrown);
  expect(JSON.stringify({ ...error, message: (error as Error).message })).not.toMatch(/secret/i);
});
