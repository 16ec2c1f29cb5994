// @ts-check
/**
 * Compiles every process into `dist/`: one CommonJS bundle for each entry, at the same path as its source; npm packages stay outside.
 *
 * Data files that processes read at run time (migrations, REST documents, chain artifacts) are not copied: a process finds them
 * under `RAHAT_ROOT` (default: the working directory) at their path in the repository. The one exception are project service
 * images: `dist/images/<name>/<version>/` carries its own `migrations/` beside `main.js`, because an image travels alone.
 */
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { tsconfigRaw } = createRequire(import.meta.url)('./esbuild-options.cjs');

/** Entries of the system. Those whose source does not exist are left out. */
const ENTRIES = [
  'gateway/main.ts',
  'gateway/compose.worker.ts',
  'gateway/planner.worker.ts',
  'subgraphs/core/main.ts',
  'subgraphs/core/worker.ts',
  'subgraphs/core/seed.ts',
  'subgraphs/core/supergraph/compose.worker.ts',
  'subgraphs/chain/main.ts',
  'subgraphs/chain/deploy.ts',
  'cli/main.ts',
  'cli/test-databases.ts',
];

/** Folders of images: each folder in `types` with an `image.json` { name, version } becomes `<out>/<name>/<version>/`. */
const IMAGES = [
  { types: 'subgraphs/projects/types', migrations: 'prisma/projects', out: 'dist/images' },
  { types: 'tests/project-types', migrations: 'tests/project-types', out: 'dist/test-images' },
];

/** @typedef {{ source: string, out: string, migrations: string | null, manifest: string | null }} Target */

/** @returns {Target[]} */
function processTargets() {
  return ENTRIES.filter((entry) => existsSync(join(root, entry))).map((entry) => ({
    source: entry,
    out: join('dist', entry.replace(/\.ts$/, '.js')),
    migrations: null,
    manifest: null,
  }));
}

/** @returns {Target[]} */
function imageTargets() {
  return IMAGES.flatMap(({ types, migrations, out }) =>
    foldersWithImage(types).map((type) => {
      const manifest = join(types, type, 'image.json');
      const { name, version } = JSON.parse(readFileSync(join(root, manifest), 'utf8'));
      if (!name || !version) throw new Error(`${manifest} must say { "name": …, "version": … }.`);
      return { source: join(types, type, 'main.ts'), out: join(out, name, version, 'main.js'), migrations: migrationsOf(types, migrations, type), manifest };
    }),
  );
}

/**
 * The migrations of a type lie in prisma/projects/<type>/migrations; a test type may keep them beside its code, and two
 * versions of one type may name a shared place in image.json.
 * @param {string} types @param {string} migrations @param {string} type
 */
function migrationsOf(types, migrations, type) {
  const declared = JSON.parse(readFileSync(join(root, types, type, 'image.json'), 'utf8')).migrations;
  const candidates = [declared, join(migrations, type, 'migrations'), join(types, type, 'migrations')];
  return candidates.find((path) => path && existsSync(join(root, path))) ?? null;
}

/** @param {string} folder */
function foldersWithImage(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).filter((name) => existsSync(join(root, folder, name, 'image.json')));
}

/** @param {Target[]} targets */
async function bundle(targets) {
  await build({
    absWorkingDir: root,
    entryPoints: targets.map(({ source, out }) => ({ in: source, out: out.replace(/\.js$/, '') })),
    outdir: '.',
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    // Classes and functions keep their names in logs, and error classes in `error.name`.
    keepNames: true,
    tsconfigRaw,
    logLevel: 'warning',
  });
}

/** @param {Target} target */
function copyImageFiles(target) {
  const folder = join(root, dirname(target.out));
  if (target.manifest) cpSync(join(root, target.manifest), join(folder, 'image.json'));
  if (target.migrations) cpSync(join(root, target.migrations), join(folder, 'migrations'), { recursive: true });
}

/**
 * Builds everything into a clean `dist/`.
 * @returns {Promise<{ bundles: number, images: number }>}
 */
export async function buildAll() {
  const processes = processTargets();
  const images = imageTargets();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  mkdirSync(join(root, 'dist/images'), { recursive: true });
  await bundle([...processes, ...images]);
  images.forEach(copyImageFiles);
  return { bundles: processes.length, images: images.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  const { bundles, images } = await buildAll();
  console.log(`built ${bundles} bundles and ${images} images in ${Math.round(performance.now() - started)} ms`);
}
