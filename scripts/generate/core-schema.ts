import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSigningKey } from '#kernel/auth';
import { createPool } from '#kernel/db';
import { buildCoreSubgraph, createSlices } from '../../subgraphs/core/app';
import { createDatabase } from '../../subgraphs/core/database';

/** Prints core's schema. Wired as the API process is, but nothing connects before it is used, and here nothing is used. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rahat-schema-'));
  const jwtPrivateKeyFile = join(folder, 'key.pem');
  ensureSigningKey(jwtPrivateKeyFile, join(folder, 'key.pub.pem'));
  const database = createDatabase(createPool('postgresql://nobody@127.0.0.1:1/none', { max: 1, name: 'schema' }));
  const { all } = createSlices({ database, jwtPrivateKeyFile, describe: () => Promise.reject(new Error('no images here')) });
  const { sdl } = await buildCoreSubgraph(all);
  rmSync(folder, { recursive: true });
  process.stdout.write(sdl);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
