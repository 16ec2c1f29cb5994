import { cellsOf, rowsOf } from './testing/rows-of';

test('an array of objects is a table: nested fields have dots, numbers stay as written, lists are one cell', async () => {
  const text = '[ {"name": "A\\"{", "phone": 254708000000000001, "home": {"town": "Kisumu"}, "langs": ["sw", "en"]},\n{"name": null, "phone": "0712", "age": 007, "ok": true} ]';
  for (const chunk of [1, 7, 4096]) {
    expect(await rowsOf(text, { chunk })).toEqual([
      { row: 1, cells: ['name', 'phone', 'home.town', 'langs', 'age', 'ok'] },
      { row: 2, cells: ['A"{', '254708000000000001', 'Kisumu', 'sw; en', '', ''] },
      { row: 3, cells: ['', '0712', '', '', '007', 'true'] },
    ]);
  }
});

test('one object on each line is the same table', async () => {
  expect(await cellsOf('{"a":1}\n\n{"a":2.50}\n')).toEqual([['a'], ['1'], ['2.50']]);
});

test('a field that first comes late is a problem of its row', async () => {
  const lines = [...Array.from({ length: 1_000 }, () => '{"a":1}'), '{"a":1,"b":2}'].join('\n');
  const last = (await rowsOf(lines, { chunk: 4096 })).at(-1);
  expect(last).toMatchObject({ row: 1002, cells: ['1'], problems: [{ code: 'UNKNOWN_KEY', severity: 'ERROR' }] });
});

test.each([
  ['[]', 'EMPTY', {}],
  ['[{}]', 'EMPTY', {}],
  ['[{"a":1}', 'BROKEN_JSON', { row: 3 }],
  ['[{"a":1} {"a":2}]', 'BROKEN_JSON', { row: 3 }],
  ['[{"a":1},{"a":}]', 'BROKEN_JSON', { row: 3 }],
  ['[{"a":1}]]', 'BROKEN_JSON', { row: 3 }],
  [`{"a":${'['.repeat(20)}${']'.repeat(20)}}`, 'JSON_TOO_DEEP', { row: 2, limit: 8 }],
  [`[{"a":"${'x'.repeat(1_100_000)}"}]`, 'RECORD_TOO_LONG', { row: 2, limit: 1_000_000 }],
])('%.30s is refused with its place', async (text, reason, place) => {
  await expect(rowsOf(text, { chunk: 4096 })).rejects.toMatchObject({ reason, place });
});
