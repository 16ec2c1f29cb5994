// @ts-check
/**
 * `npm test`: makes the tree runnable, starts a PostgreSQL (or takes the one at TEST_DATABASE_ADMIN_URL), runs Jest, stops
 * everything, and ends with one line: `412 passed, 0 failed`. Arguments go to Jest: `npm test -- kernel/db`.
 *   --drills    only the drills, which break running systems
 *   --nightly   everything, with many more rounds for property tests
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { printTotals, readTotals } from './test/totals.mjs';
import { runJest } from './test/run-jest.mjs';

const PROJECTS = { ordinary: 'unit,stories', drills: 'drills', nightly: 'unit,stories,drills' };
const NIGHTLY_ROUNDS = '2000';

const flags = process.argv.slice(2);
const nightly = flags.includes('--nightly');
const projects = nightly ? PROJECTS.nightly : flags.includes('--drills') ? PROJECTS.drills : PROJECTS.ordinary;
const jestArguments = flags.filter((flag) => flag !== '--nightly' && flag !== '--drills');

/** The databases of the tests are built from TypeScript, so they exist only after the bootstrap. */
function loadTesting() {
  return createRequire(import.meta.url)(join(ROOT, 'dist/cli/testing/index.js'));
}

/**
 * A room that does not build fails the run, but the others are tested all the same.
 * @returns {Promise<unknown>} what went wrong, or null
 */
async function prepare() {
  const broken = await bootstrap().then(
    () => null,
    (/** @type {unknown} */ error) => error,
  );
  if (broken && !existsSync(join(ROOT, 'dist/cli/testing/index.js'))) throw broken;
  if (broken) console.error(messageOf(broken));
  return broken;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

async function main() {
  const broken = await prepare();
  const testing = loadTesting();
  const folder = await testing.openTestFolder();
  /** @type {{ adminUrl: string, stop: () => Promise<void> } | null} */
  let server = null;
  try {
    if (!process.env.TEST_DATABASE_ADMIN_URL) server = await testing.startTestServer(ROOT, folder);
    const adminUrl = process.env.TEST_DATABASE_ADMIN_URL ?? server?.adminUrl ?? '';
    const templates = await testing.prepareTemplates(adminUrl, ROOT);
    const resultFile = join(folder, 'result.json');
    const exitCode = await runJest(resultFile, jestArguments, {
      RAHAT_TEST_PROJECTS: projects,
      RAHAT_TEST_FOLDER: folder,
      TEST_DATABASE_ADMIN_URL: adminUrl,
      TEST_DATABASE_TEMPLATES: JSON.stringify(templates),
      ...(nightly ? { PROPERTY_ROUNDS: NIGHTLY_ROUNDS } : {}),
    });
    return { exitCode: broken ? 1 : exitCode, totals: readTotals(resultFile), broken: broken !== null };
  } finally {
    await server?.stop();
    await testing.clearTestFolder(folder);
  }
}

const outcome = await main().catch((/** @type {unknown} */ error) => {
  console.error(messageOf(error));
  return { exitCode: 1, totals: null, broken: true };
});
process.exitCode = printTotals(outcome);
