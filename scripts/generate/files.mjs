// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema, buildSchema } from 'graphql';
import { ROOT } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/run.mjs';
import { apiSchemaOf } from './api-schema.mjs';
import { compose } from './compose.mjs';
import { readTypes } from './project-types.mjs';

/** @typedef {{ path: string, content: string }} GeneratedFile */
/** @typedef {{ name: string, path: string, sdl: () => Promise<string> }} SubgraphSource */

const NOTE = '# Made by `npm run generate`; do not edit.\n\n';

/**
 * Subgraphs that are no project type, each with the program that prints its SDL. One that is not built is left out.
 * @type {{ name: string, path: string, program: string }[]}
 */
const PRINTERS = [
  { name: 'core', path: 'subgraphs/core/schema.graphql', program: 'dist/scripts/generate/core-schema.js' },
  { name: 'chain', path: 'subgraphs/chain/schema.graphql', program: 'dist/scripts/generate/chain-schema.js' },
];

/** @returns {Promise<GeneratedFile[]>} */
export async function generatedFiles() {
  const subgraphs = await Promise.all([...(await printed()), ...readTypes()].map(async ({ name, path, sdl }) => ({ name, path, sdl: await sdl() })));
  if (subgraphs.length === 0) return [];
  const supergraph = await compose(subgraphs.map(({ name, sdl }) => ({ name, sdl, url: `https://${name}.invalid` })));
  return [
    ...subgraphs.map(({ path, sdl }) => ({ path, content: `${sdl.trim()}\n` })),
    { path: 'gateway/supergraph.graphql', content: tidy(supergraph) },
    { path: 'gateway/api-schema.graphql', content: tidy(printSchema(lexicographicSortSchema(buildSchema(apiSchemaOf(supergraph))))) },
  ];
}

/** @returns {Promise<SubgraphSource[]>} */
async function printed() {
  return PRINTERS.filter(({ program }) => existsSync(join(ROOT, program))).map(({ name, path, program }) => ({
    name,
    path,
    sdl: () => run(process.execPath, [program]),
  }));
}

/**
 * For what no program prints by itself.
 * @param {string} sdl
 */
function tidy(sdl) {
  return `${NOTE}${sdl.trim()}\n`;
}
