import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../progress';

const FOLDER = 'bench/gateway/peers';

/** Installs the gateways that ours is compared with, if what their lock file names is not there yet; nothing else of this repository needs them. */
export function installPeers(root: string): void {
  const folder = join(root, FOLDER);
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(installed) && isSame(versions(installed), versions(join(folder, 'package-lock.json')))) return;
  say('installing the gateways to compare with');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Exact versions of the peers, for the report. */
export function peerVersions(root: string): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(join(root, FOLDER, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return dependencies;
}

function versions(lockFile: string): Map<string, string | undefined> {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, { version?: string; optional?: boolean }> };
  return new Map(Object.entries(packages).flatMap(([path, { version, optional }]) => (path === '' || optional ? [] : [[path, version] as const])));
}

function isSame(installed: Map<string, string | undefined>, wanted: Map<string, string | undefined>): boolean {
  return [...wanted].every(([path, version]) => installed.get(path) === version);
}
