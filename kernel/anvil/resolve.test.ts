import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { resolveAnvil } from '.';

const program = process.platform === 'win32' ? 'anvil.exe' : 'anvil';

function folderWithProgram(...parts: string[]): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'rahat-anvil-')), ...parts);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, program), '');
  chmodSync(join(folder, program), 0o755);
  return folder;
}

const emptyRoot = mkdtempSync(join(tmpdir(), 'rahat-anvil-root-'));

test('the named program is found where npm brought none', () => {
  const folder = folderWithProgram();
  expect(resolveAnvil({ root: emptyRoot, anvilBin: join(folder, program), path: folderWithProgram() })).toBe(join(folder, program));
});

test('the search path is the last resort, in its order', () => {
  const [first, second] = [folderWithProgram(), folderWithProgram()];
  expect(resolveAnvil({ root: emptyRoot, path: ['/nowhere', first, second].join(delimiter) })).toBe(join(first, program));
});

test('a machine without anvil is told so by null', () => {
  expect(resolveAnvil({ root: emptyRoot, anvilBin: '/nowhere/anvil', path: '' })).toBeNull();
});

test('the package for this platform and architecture comes first', () => {
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch;
  const root = mkdtempSync(join(tmpdir(), 'rahat-anvil-root-'));
  const folder = join(root, 'node_modules', '@foundry-rs', `anvil-${process.platform}-${architecture}`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'bin', program), '');
  expect(resolveAnvil({ root, anvilBin: join(folderWithProgram(), program) })).toBe(join(folder, 'bin', program));
});
