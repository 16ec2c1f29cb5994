// @ts-check
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { filesBelow, isFresh, writeStamp } from './stamp.mjs';

const SOURCES = ['kernel', 'gateway', 'subgraphs', 'cli', 'prisma', 'generated', 'tests/project-types', 'scripts', 'package.json'];

/** @returns {import('../bootstrap.mjs').Step} */
export function buildStep() {
  const hash = sourcesHash();
  return {
    title: 'build',
    fresh: () => isFresh('build', hash, ['dist/cli/main.js']),
    make: async () => {
      const { buildAll } = await import('../build.mjs');
      const { bundles, images } = await buildAll();
      writeStamp('build', hash);
      return `${bundles} bundles, ${images} images`;
    },
  };
}

/** Times and sizes instead of content: hundreds of files are compared in milliseconds. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const path of filesBelow(SOURCES, () => true).sort()) {
    const { mtimeMs, size } = statSync(join(ROOT, path));
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}
