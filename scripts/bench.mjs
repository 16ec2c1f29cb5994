// @ts-check
/**
 * `npm run bench`: makes the tree runnable, starts a PostgreSQL (or takes the one at TEST_DATABASE_ADMIN_URL), and measures.
 * bench/options.ts reads the arguments:
 *   --only going-live   one part: recomposition, three-way or going-live
 *   --projects 50       how many projects go live and stay
 *   --rounds 7          how often recomposition is measured
 *   --seconds 10        how long each concurrency of three-way is measured
 *   --write             rewrites docs/benchmarks.md from this run
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { ROOT } from './bootstrap/paths.mjs';

const require = createRequire(import.meta.url);
const { tsconfigRaw } = require('./esbuild-options.cjs');
const BUNDLE = 'dist/bench/main.js';

/** What measures is bundled here and not with the rest: no system needs it, and it takes a tenth of a second. */
async function bundle() {
  const { build } = await import('esbuild'); // the bootstrap may just have installed it
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['bench/main.ts'],
    outfile: BUNDLE,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    // Decorators ask for it as soon as they are loaded, whatever the entry does first.
    banner: { js: 'require("reflect-metadata");' },
    tsconfigRaw,
    logLevel: 'silent',
  });
}

/**
 * Runs the measurement to its end. Ctrl-C ends it, not us: we still have a database to stop.
 * @param {string} adminUrl @param {string} folder
 * @returns {Promise<number>} exit code
 */
function measure(adminUrl, folder) {
  const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, BUNDLE), ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production', RAHAT_TEST_FOLDER: folder, TEST_DATABASE_ADMIN_URL: adminUrl, TEST_DATABASE_TEMPLATES: '{}' },
  });
  process.on('SIGINT', () => undefined); // a terminal has told the child already
  process.on('SIGTERM', () => void child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

async function main() {
  await bootstrap({ quiet: true });
  await bundle();
  // The databases are built from TypeScript, so they exist only after the bootstrap.
  const testing = require(join(ROOT, 'dist/cli/testing/index.js'));
  const folder = await testing.openTestFolder();
  /** @type {{ adminUrl: string, stop: () => Promise<void> } | null} */
  let server = null;
  try {
    if (!process.env.TEST_DATABASE_ADMIN_URL) server = await testing.startTestServer(ROOT, folder);
    return await measure(process.env.TEST_DATABASE_ADMIN_URL ?? server?.adminUrl ?? '', folder);
  } finally {
    await server?.stop();
    await testing.clearTestFolder(folder);
  }
}

process.exitCode = await main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
