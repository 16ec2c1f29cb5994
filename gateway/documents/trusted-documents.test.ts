import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '#kernel/telemetry';
import { eventually } from '../testing/world';
import { openTrustedDocuments } from './trusted-documents';

const logger = createLogger({ name: 'test', level: 'silent' });
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'documents-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('trusted documents are read from all manifests of a folder, and again when these change', async () => {
  writeFileSync(join(folder, 'web.json'), '{"a":"{ a }"}');
  writeFileSync(join(folder, 'app.json'), '{"b":"{ b }"}');
  const documents = openTrustedDocuments(folder, logger, 20);
  expect([documents.byId('a'), documents.byId('b'), documents.byId('c'), documents.hasText('{ b }'), documents.byId('__proto__')]).toEqual(['{ a }', '{ b }', null, true, null]);
  const reported = jest.spyOn(logger, 'error');
  writeFileSync(join(folder, 'broken.json'), '{');
  await eventually(() => reported.mock.calls.length > 0);
  expect(documents.byId('b')).toBe('{ b }'); // what was known holds
  rmSync(join(folder, 'broken.json'));
  writeFileSync(join(folder, 'app.json'), '{"c":"{ c }"}');
  await eventually(() => documents.byId('c') !== null);
  expect([documents.byId('b'), documents.hasText('{ b }')]).toEqual([null, false]);
  documents.close();
});

test('a gateway does not begin without the documents that it was told of', () => {
  expect(() => openTrustedDocuments(join(folder, 'nowhere.json'), logger)).toThrow();
});
