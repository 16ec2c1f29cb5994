import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue } from './catalogue';

const table = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
const documented = new Map([...table.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| (.*?) \|$/gm)].map(([, code, status, sentence]) => [code, { status: Number(status), sentence }]));

test('every code of the catalogue stands in docs/errors.md with its status and sentence', () => {
  expect(Object.fromEntries(documented)).toMatchObject(errorCatalogue);
});

test('docs/errors.md lists no code that does not exist', () => {
  expect([...documented.keys()].sort()).toEqual(Object.keys(errorCatalogue).sort());
});
