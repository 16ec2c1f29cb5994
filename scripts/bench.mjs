// @ts-check
/**
 * `npm run bench`: makes the tree runnable, starts a PostgreSQL (or takes the one at TEST_DATABASE_ADMIN_URL), and measures.
 * bench/options.ts reads the arguments:
 *   --only going-live   one part; bench/options.ts names them
 *   --projects 50       how many projects go live and stay
 *   --rounds 7          how often recomposition is measured
 *   --seconds 10        how long each concurrency of three-way is measured
 *   --rows 16384        how many rows the files have that are imported (several: with commas)
 *   --people 500000     among how many people-search looks
 *   --crowd 131072      among how many people duplicates are looked for
 *   --bulk 32768        to how many people bulk-actions does something
 *   --leaves 1000000    how many leaves the trees have from which audit asks proofs (several: with commas)
 *   --write             rewrites docs/benchmarks.md from this run
 * `npm run bench:gateway` is `bench.mjs gateway`: no database; bench/gateway/options.ts reads the arguments:
 *   --quick             a small part, in about a minute
 *   --rounds 5          how often each gateway has its turn at a question
 *   --seconds 2         how long a turn lasts
 *   --only stock,ours   only gateways whose names contain one of these
 *   --swaps 1000        adds so many swaps, after which memory must be what it was
 *   --write             rewrites docs/benchmarks-gateway.md from this run
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { ROOT } from './bootstrap/paths.mjs';

const require = createRequire(import.meta.url);
const { tsconfigRaw } = require('./esbuild-options.cjs');
const [part, ...others] = process.argv.slice(2);
const ofGateway = part === 'gateway';
const MAIN = ofGateway ? 'dist.bench/gateway/main.js' : 'dist/bench/main.js';
/** Source by bundle: what is run first, the processes that it starts, and their threads. A run of minutes outlives a `dist/`, which any build replaces. */
const BUNDLES = ofGateway
  ? {
      [MAIN]: 'bench/gateway/main.ts',
      'dist.bench/gateway/compose.worker.js': 'subgraphs/core/supergraph/compose.worker.ts',
      'dist.bench/gateway/subgraphs.js': 'bench/gateway/subgraphs/main.ts',
      'dist.bench/gateway/ours.js': 'bench/gateway/ours/main.ts',
      'dist.bench/gateway/compiler.worker.js': 'gateway/engine/compiler.worker.ts',
    }
  : { [MAIN]: 'bench/main.ts', 'dist/bench/gateway-process.js': 'bench/security/gateway-process.ts' };

/**
 * What measures is bundled here and not with the rest: no system needs it, and it takes a tenth of a second.
 * @param {string} outfile @param {string} entry
 */
async function bundle(outfile, entry) {
  const { build } = await import('esbuild'); // the bootstrap may just have installed it
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
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
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} exit code
 */
function measure(environment) {
  const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, MAIN), ...(ofGateway ? others : process.argv.slice(2))], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production', ...environment },
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
  await Promise.all(Object.entries(BUNDLES).map(([outfile, entry]) => bundle(outfile, entry)));
  return ofGateway ? measure({}) : measureWithDatabase();
}

async function measureWithDatabase() {
  // The databases are built from TypeScript, so they exist only after the bootstrap.
  const testing = require(join(ROOT, 'dist/cli/testing/index.js'));
  const folder = await testing.openTestFolder();
  /** @type {{ adminUrl: string, stop: () => Promise<void> } | null} */
  let server = null;
  try {
    if (!process.env.TEST_DATABASE_ADMIN_URL) server = await testing.startTestServer(ROOT, folder);
    return await measure({ RAHAT_TEST_FOLDER: folder, TEST_DATABASE_ADMIN_URL: process.env.TEST_DATABASE_ADMIN_URL ?? server?.adminUrl ?? '', TEST_DATABASE_TEMPLATES: '{}' });
  } finally {
    await server?.stop();
    await testing.clearTestFolder(folder);
  }
}

process.exitCode = await main().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
