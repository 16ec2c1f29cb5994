import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reachableFolder, reaches, type Account } from './account';

/**
 * Where the data of PostgreSQL lies: below the state directory, or, when the account that PostgreSQL runs under cannot reach
 * that (root's private home), in a folder of the system. `postgres.json` remembers the choice for the next start.
 */
export function dataDirectory(stateDir: string, account: Account | null): string {
  const remembered = rememberedDirectory(stateDir);
  const directory = remembered ?? choose(stateDir, account);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (account) chownSync(directory, account.uid, account.gid);
  writeFileSync(memory(stateDir), JSON.stringify({ dataDirectory: directory }));
  return directory;
}

/** The data directory that an earlier start chose, if any. */
export function rememberedDirectory(stateDir: string): string | null {
  if (!existsSync(memory(stateDir))) return null;
  const { dataDirectory: directory } = JSON.parse(readFileSync(memory(stateDir), 'utf8')) as { dataDirectory: string };
  return directory;
}

function choose(stateDir: string, account: Account | null): string {
  const near = join(stateDir, 'postgres');
  if (!account || reaches(account, stateDir)) return near;
  // A new name each time: who deletes the state directory wants to start empty, and its password went with it.
  const far = join(reachableFolder(stateDir), `postgres-${randomBytes(4).toString('hex')}`);
  mkdirSync(dirname(far), { recursive: true, mode: 0o755 });
  return far;
}

function memory(stateDir: string): string {
  return join(stateDir, 'postgres.json');
}
