import 'reflect-metadata';
import { createPool } from '#kernel/db';
import { buildCoreSubgraph } from '../../subgraphs/core/app';
import { createDatabase } from '../../subgraphs/core/database';
import { createTestSlices } from '../../subgraphs/core/testing/slices';

/** Prints core's schema. Wired as the API process is, but nothing connects before it is used, and here nothing is used. */
async function main(): Promise<void> {
  const database = createDatabase(createPool('postgresql://nobody@127.0.0.1:1/none', { max: 1, name: 'schema' }));
  const { all } = createTestSlices(database);
  const { sdl } = await buildCoreSubgraph(all);
  process.stdout.write(sdl);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
