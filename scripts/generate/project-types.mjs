// @ts-check
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/run.mjs';

const TYPES = 'subgraphs/projects/types';

/**
 * Every project type, as its image describes itself.
 * @returns {import('./files.mjs').SubgraphSource[]}
 */
export function readTypes() {
  if (!existsSync(join(ROOT, TYPES))) return [];
  return readdirSync(join(ROOT, TYPES))
    .filter((type) => existsSync(join(ROOT, TYPES, type, 'image.json')))
    .map((type) => {
      const { name, version } = JSON.parse(readFileSync(join(ROOT, TYPES, type, 'image.json'), 'utf8'));
      return { name, path: join(TYPES, type, 'schema.graphql'), sdl: () => describedSdl(join('dist/images', name, version, 'main.js')) };
    });
}

/** @param {string} program */
async function describedSdl(program) {
  const output = await run(process.execPath, [program, 'describe']);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '').sdl;
}
