// @ts-check
/**
 * Writes the schema files that are committed, so that a change of the API shows in its review:
 * each subgraph's schema, the composed `gateway/supergraph.graphql`, and `gateway/api-schema.graphql`, which clients see.
 * With `--check` it writes nothing and fails when a file is not what would be written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { generatedFiles, writeOwnFiles } from './generate/files.mjs';

const checking = process.argv.includes('--check');

async function main() {
  await bootstrap({ quiet: checking });
  const said = await writeOwnFiles(checking);
  said.forEach((line) => (checking ? console.error(line) : console.log(line)));
  const files = await generatedFiles();
  const stale = files.filter(({ path, content }) => !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), 'utf8') !== content);
  if (checking) {
    for (const { path } of stale) console.error(`${path} is stale`);
    const anyStale = stale.length > 0 || said.length > 0;
    if (anyStale) console.error('Run `npm run generate`, look at the difference, and commit it.');
    else console.log(`${files.length} generated files are up to date`);
    return anyStale ? 1 : 0;
  }
  for (const { path, content } of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), content);
    console.log(`wrote ${path}`);
  }
  if (stale.length === 0) console.log(`${files.length} generated files were up to date`);
  // The types of documents follow from the schema that clients see.
  await bootstrap({ quiet: true });
  return 0;
}

process.exitCode = await main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
