// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';

/**
 * Whether what was made from `inputs` is still right: the same hash as when it was made, and the outputs are there.
 * @param {string} name @param {string} hash @param {string[]} outputs paths in the repository
 */
export function isFresh(name, hash, outputs) {
  const file = join(CACHE, `${name}.stamp`);
  return existsSync(file) && readFileSync(file, 'utf8') === hash && outputs.every((path) => existsSync(join(ROOT, path)));
}

/** @param {string} name @param {string} hash */
export function writeStamp(name, hash) {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(join(CACHE, `${name}.stamp`), hash);
}

/**
 * Hash over the content of files.
 * @param {string[]} paths in the repository @param {string[]} extra what else decides the result
 */
export function hashOf(paths, extra = []) {
  const hash = createHash('sha256').update(extra.join('\0'));
  for (const path of [...paths].sort()) hash.update(`\0${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}

/**
 * Files below folders, as paths in the repository.
 * @param {string[]} folders @param {(name: string) => boolean} accepts
 * @returns {string[]}
 */
export function filesBelow(folders, accepts) {
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => {
      if (statSync(join(ROOT, folder)).isFile()) return [folder];
      const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
      return [
        ...entries.filter((entry) => entry.isFile() && accepts(entry.name)).map((entry) => join(folder, entry.name)),
        ...filesBelow(entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules').map((entry) => join(folder, entry.name)), accepts),
      ];
    });
}

/**
 * The version of an installed package: a new one may make other output from the same input.
 * @param {string} name
 */
export function versionOf(name) {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}
