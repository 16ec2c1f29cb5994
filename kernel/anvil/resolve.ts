import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** Where to look for anvil besides npm. */
export interface AnvilSearch {
  /** Folder whose node_modules are searched: the root of the repository. */
  root: string;
  /** `ANVIL_BIN`: a program to use where npm brought none for this machine. */
  anvilBin?: string | undefined;
  /** `PATH`, searched last. */
  path?: string | undefined;
}

// npm's packages use the names that Go gives to architectures.
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const PROGRAM = process.platform === 'win32' ? 'anvil.exe' : 'anvil';

/** The path of anvil, the local development chain; null where this machine has none. */
export function resolveAnvil(search: AnvilSearch): string | null {
  const onPath = (search.path ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, PROGRAM));
  const candidates = [packagedAnvil(search.root), search.anvilBin || null, ...onPath];
  return candidates.find((candidate) => candidate !== null && existsSync(candidate)) ?? null;
}

function packagedAnvil(root: string): string | null {
  const name = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  try {
    return join(dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`)), 'bin', PROGRAM);
  } catch {
    return null; // an optional package: npm leaves it out on other machines
  }
}
