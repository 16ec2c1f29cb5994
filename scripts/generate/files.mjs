// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema, buildSchema } from 'graphql';
import { ROOT } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/run.mjs';
import { apiSchemaOf } from './api-schema.mjs';
import { compose } from './compose.mjs';
import { dashboards } from './dashboards.mjs';
import { readTypes } from './project-types.mjs';

/** @typedef {{ path: string, content: string }} GeneratedFile */
/** @typedef {{ name: string, path: string | null, sdl: () => Promise<string> }} SubgraphSource `path` is null where the room writes its own file */

const NOTE = '# Made by `npm run generate`; do not edit.\n\n';

/**
 * Subgraphs that are no project type, each with the program that prints its SDL. One that is not built is left out.
 * @type {{ name: string, path: string | null, program: string, args: string[] }[]}
 */
const PRINTERS = [
  { name: 'core', path: 'subgraphs/core/schema.graphql', program: 'dist/scripts/generate/core-schema.js', args: [] },
  { name: 'chain_aid', path: null, program: 'dist/subgraphs/chain/print-schema.js', args: ['--federated'] },
];

/** Programs that write the committed schemas of their room, or with `--check` name those that are stale. */
const WRITERS = ['dist/subgraphs/chain/print-schema.js'];

/**
 * Lets rooms write (or check) what they write themselves.
 * @param {boolean} checking
 * @returns {Promise<string[]>} what they said
 */
export async function writeOwnFiles(checking) {
  const said = await Promise.all(
    WRITERS.filter((program) => existsSync(join(ROOT, program))).map((program) =>
      run(process.execPath, [program, ...(checking ? ['--check'] : [])]).catch((/** @type {Error} */ error) => error.message),
    ),
  );
  return said.flatMap((output) => output.split('\n')).filter(Boolean);
}

/** @returns {Promise<GeneratedFile[]>} */
export async function generatedFiles() {
  const subgraphs = await Promise.all([...(await printed()), ...readTypes()].map(async ({ name, path, sdl }) => ({ name, path, sdl: await sdl() })));
  if (subgraphs.length === 0) return [];
  const supergraph = await compose(subgraphs.map(({ name, sdl }) => ({ name, sdl, url: `https://${name}.invalid` })));
  const events = 'dist/scripts/generate/event-catalogue.js';
  return [
    ...dashboards(),
    { path: 'docs/events.md', content: await run(process.execPath, [events]) },
    { path: 'docs/events.schema.json', content: await run(process.execPath, [events, '--schemas']) },
    ...subgraphs.flatMap(({ path, sdl }) => (path ? [{ path, content: `${sdl.trim()}\n` }] : [])),
    { path: 'gateway/supergraph.graphql', content: tidy(supergraph) },
    { path: 'gateway/api-schema.graphql', content: tidy(printSchema(lexicographicSortSchema(buildSchema(apiSchemaOf(supergraph))))) },
  ];
}

/** @returns {Promise<SubgraphSource[]>} */
async function printed() {
  return PRINTERS.filter(({ program }) => existsSync(join(ROOT, program))).map(({ name, path, program, args }) => ({
    name,
    path,
    sdl: () => run(process.execPath, [program, ...args]),
  }));
}

/**
 * For what no program prints by itself.
 * @param {string} sdl
 */
function tidy(sdl) {
  return `${NOTE}${sdl.trim()}\n`;
}
