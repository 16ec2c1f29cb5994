// @ts-check
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { filesBelow, hashOf, isFresh, versionOf, writeStamp } from './stamp.mjs';

/** One step for each Prisma schema: the `.prisma` files of `prisma/core`, of `prisma/chain`, and of each project type. */
export function prismaSteps() {
  return schemas().map(({ name, path }) => {
    const hash = () => hashOf(filesBelow([path], isSchema), [versionOf('prisma')]);
    return {
      title: `generate the database client of ${name}`,
      fresh: () => isFresh(`prisma-${name}`, hash(), [`generated/prisma/${name}`]),
      make: async () => {
        await run(process.execPath, ['node_modules/prisma/build/index.js', 'generate', `--schema=${path}`], { env: PRISMA_ENVIRONMENT });
        writeStamp(`prisma-${name}`, hash());
      },
    };
  });
}

/**
 * Prisma's commands look for a native engine and would download it; generating needs none, so any program that exists will do.
 */
const PRISMA_ENVIRONMENT = {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
};

function schemas() {
  return ['core', 'chain', ...typesWithSchema()]
    .map((name) => ({ name: name.replace('projects/', ''), path: `prisma/${name}` }))
    .filter(({ path }) => filesBelow([path], isSchema).length > 0);
}

function typesWithSchema() {
  const folder = join(ROOT, 'prisma', 'projects');
  return existsSync(folder) ? readdirSync(folder).map((type) => `projects/${type}`) : [];
}

/** @param {string} name */
function isSchema(name) {
  return name.endsWith('.prisma');
}
