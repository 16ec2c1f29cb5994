import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecrets, type Secrets } from './secrets';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const secretsOf = (text: string): Secrets => {
  const file = join(folder, `${text.length}-${text.slice(0, 4)}`);
  writeFileSync(file, text);
  return createSecrets(file);
};
const ours = secretsOf('ours'.repeat(10));
const theirs = secretsOf('them'.repeat(10));

test('what was sealed is opened for whom it is about, and by who has the secret', () => {
  const sealed = ours.seal('JBSWY3DP', 'ada');
  expect(sealed).not.toContain('JBSWY3DP');
  expect(ours.open(sealed, 'ada')).toBe('JBSWY3DP');
  expect(() => ours.open(sealed, 'eve')).toThrow();
  expect(() => theirs.open(sealed, 'ada')).toThrow();
});

test.each<[string, (sealed: string) => string]>([
  ['one bit of it', (sealed) => `v1.${Buffer.from(Buffer.from(sealed.slice(3), 'base64url').map((byte, n) => (n === 20 ? byte ^ 1 : byte))).toString('base64url')}`],
  ['its end', (sealed) => sealed.slice(0, -6)],
  ['its version', (sealed) => sealed.replace('v1', 'v2')],
  ['all of it', () => ''],
])('nothing is opened after %s was changed', (_what, change) => {
  expect(() => ours.open(change(ours.seal('text', 'ada')), 'ada')).toThrow();
});

test('the same text is sealed differently each time', () => {
  expect(ours.seal('text', 'ada')).not.toBe(ours.seal('text', 'ada'));
});

test('a MAC holds for its purpose, its text and its secret only', () => {
  const mac = ours.mac('code', '123456');
  expect(ours.macMatches('code', '123456', mac)).toBe(true);
  expect([ours.macMatches('other', '123456', mac), ours.macMatches('code', '123457', mac), theirs.macMatches('code', '123456', mac), ours.macMatches('code', '123456', '')]).toEqual([false, false, false, false]);
});

test('a secret that could be guessed is not taken', () => {
  expect(() => secretsOf('short')).toThrow('32');
});
