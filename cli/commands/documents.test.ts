import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentIdOf, readManifest } from '#kernel/trusted-documents';
import { documents } from './documents';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-documents-'));
  said = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const run = async (...args: string[]): Promise<number> => documents.run([...args, '--file', join(folder, 'all.json')]);

describe('rahat documents', () => {
  test('adds operations and manifests to the manifest of the gateway, and lists them', async () => {
    const who = 'query Who { whoami }';
    await run('add', write('who.graphql', who), write('app.json', '{"app:1":"query Mine { projects { id } }"}'));
    await run('add', write('who.graphql', who));
    expect(Object.fromEntries(readManifest(readFileSync(join(folder, 'all.json'), 'utf8')))).toEqual({ [documentIdOf(who)]: who, 'app:1': 'query Mine { projects { id } }' });
    await run('list');
    expect(said).toEqual([expect.stringMatching(/^2 added, 2 in /), expect.stringMatching(/^0 added, 2 in /), expect.stringMatching(/ {2}Who$/), 'app:1  Mine']);
  });

  test('keeps the text of an id that is registered', async () => {
    await run('add', write('one.json', '{"app:1":"{ a }"}'));
    await expect(run('add', write('two.json', '{"app:1":"{ b }"}'))).rejects.toThrow(/registered with another text/);
  });

  test.each([
    ['what is no document', 'bad.graphql', '{ a'],
    ['what is no manifest', 'bad.json', '[]'],
  ])('refuses %s, and writes nothing', async (_what, name, text) => {
    await expect(run('add', write(name, text))).rejects.toThrow();
    expect(() => readFileSync(join(folder, 'all.json'))).toThrow();
  });

  test('says how it is used', async () => {
    await expect(run('remove')).rejects.toThrow(/Usage/);
    await expect(documents.run(['list'])).rejects.toThrow(/TRUSTED_DOCUMENTS_FILE/);
  });
});
