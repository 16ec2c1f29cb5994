import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that a local system keeps lies below one directory. */
export interface StateDir {
  path: string;
  logs: string;
  /** Certificates, one pair for each identity. */
  tls: string;
  /** Signing keys. */
  keys: string;
  /** The deployment driver keeps one folder for each project service here. */
  instances: string;
  anvil: string;
  supervisor: string;
}

export function openStateDir(path: string): StateDir {
  const below = (name: string): string => join(path, name);
  const state: StateDir = {
    path,
    logs: below('logs'),
    tls: below('tls'),
    keys: below('keys'),
    instances: below('instances'),
    anvil: below('anvil'),
    supervisor: below('supervisor.json'),
  };
  // Others may pass through (PostgreSQL may run under another account) but not list; secrets inside are closed one by one.
  mkdirSync(path, { recursive: true, mode: 0o755 });
  [state.logs, state.anvil, state.instances].forEach((folder) => mkdirSync(folder, { recursive: true }));
  [state.tls, state.keys].forEach((folder) => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  return state;
}

/** A secret that is made once and found again by later starts. */
export function keptSecret(state: StateDir, name: string): string {
  return readFileSync(keptSecretFile(state, name), 'utf8');
}

/** The file of such a secret, readable by us alone. @param prefix What stands before it, where a file holds several. */
export function keptSecretFile(state: StateDir, name: string, prefix = ''): string {
  const file = join(state.keys, `${name}.secret`);
  if (!existsSync(file)) writeFileSync(file, `${prefix}${randomBytes(32).toString('base64url')}`, { mode: 0o600 });
  return file;
}
