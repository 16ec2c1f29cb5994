import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A system account. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: root lends it the account `postgres`, or `nobody` where there is none. Null: run as we are. */
export function accountForPostgres(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n').map(parseAccount);
  const found = ['postgres', 'nobody'].map((name) => accounts.find((account) => account?.name === name)).find(Boolean);
  if (!found) throw new Error('PostgreSQL does not run as root, and this system has neither an account postgres nor nobody. Run as another user, or set DATABASE_URL.');
  return found;
}

function parseAccount(line: string): Account | null {
  const [name, , uid, gid] = line.split(':');
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : null;
}

/** Whether an account may pass through all folders above a path and read it. */
export function reaches(account: Account, path: string): boolean {
  const { uid, gid, mode } = statSync(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  const wanted = 0o5;
  if (((mode >> shift) & wanted) !== wanted) return false;
  return path === dirname(path) || reaches(account, dirname(path));
}

/** A folder that every account reaches, the same one each time for the same path. */
export function reachableFolder(path: string): string {
  const base = process.platform === 'linux' ? '/var/lib' : tmpdir();
  return join(base, `rahat-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`);
}
