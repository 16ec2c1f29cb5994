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
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { tsconfigRaw } = createRequire(import.meta.url)('./esbuild-options.cjs');

/** Entries of the system. Those whose source does not exist are left out. */
const ENTRIES = [
  'gateway/main.ts',
  'subgraphs/core/main.ts',
  'subgraphs/core/worker.ts',
  'subgraphs/core/seed.ts',
  'subgraphs/chain/main.ts',
  'subgraphs/chain/print-schema.ts',
  'cli/main.ts',
  'scripts/generate/core-schema.ts',
  'scripts/generate/event-catalogue.ts',
  'cli/testing/index.ts',
];

/** Rooms whose `*.worker.ts` files, wherever they lie in it, become thread entries beside the room's `main.js`. */
const ROOMS_WITH_THREADS = ['gateway', 'subgraphs/core', 'subgraphs/chain'];

/** Folders of images: each folder in `types` with an `image.json` { name, version } becomes `<out>/<name>/<version>/`. */
const IMAGES = [
  { types: 'subgraphs/projects/types', migrations: 'prisma/projects', out: 'dist/images' },
  { types: 'tests/project-types', migrations: 'tests/project-types', out: 'dist/test-images' },
];

/** @typedef {{ source: string, out: string, migrations: string | null, manifest: string | null }} Target */

/** @returns {Target[]} */
function processTargets() {
  return ENTRIES.filter((entry) => existsSync(join(root, entry))).map((entry) => target(entry, join('dist', entry.replace(/\.ts$/, '.js'))));
}

/** @returns {Target[]} */
function threadTargets() {
  return ROOMS_WITH_THREADS.filter((room) => existsSync(join(root, room))).flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.worker.ts'))
      .map((path) => target(join(room, path), join('dist', room, basename(path).replace(/\.ts$/, '.js')))),
  );
}

/**
 * @param {string} source @param {string} out
 * @returns {Target}
 */
function target(source, out) {
  return { source, out, migrations: null, manifest: null };
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

/** @param {Target} target @param {string} folder */
async function bundle({ source, out }, folder) {
  await build({
    absWorkingDir: root,
    entryPoints: [{ in: source, out: relative('dist', out).replace(/\.js$/, '') }],
    outdir: folder,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    // Decorators ask for it as soon as they are loaded, whatever else an entry does first.
    banner: { js: 'require("reflect-metadata");' },
    // Classes and functions keep their names in logs, and error classes in `error.name`.
    keepNames: true,
    tsconfigRaw,
    logLevel: 'silent',
  });
}

/**
 * What is given away is one file that stands alone, for Node and browsers; and a page with the same in it, which opens from a disk.
 * @param {string} dist
 */
async function bundleAuditVerifier(dist) {
  const source = 'sdk/audit-verifier';
  const out = join(root, dist, source);
  /** @satisfies {import('esbuild').BuildOptions} */
  const common = { absWorkingDir: root, bundle: true, target: ['es2022'], logLevel: 'silent' };
  await build({ ...common, entryPoints: [join(source, 'index.ts'), join(source, 'command.ts')], outdir: out, format: 'esm', platform: 'neutral', external: ['node:*'], outExtension: { '.js': '.mjs' } });
  const page = await build({ ...common, entryPoints: [join(source, 'index.ts')], write: false, format: 'iife', globalName: 'auditVerifier', platform: 'browser', minify: true });
  const script = `<script>${page.outputFiles[0]?.text ?? ''}</script>`;
  writeFileSync(join(out, 'verify.html'), readFileSync(join(root, source, 'verify.html'), 'utf8').replace('<!-- verifier -->', () => script));
  // Under its own name it would make TypeScript read the sources as ES modules.
  cpSync(join(root, source, 'package.publish.json'), join(out, 'package.json'));
  cpSync(join(root, source, 'README.md'), join(out, 'README.md'));
}

/** @param {Target} target @param {string} dist */
function copyImageFiles(target, dist) {
  const folder = join(root, dist, relative('dist', dirname(target.out)));
  if (target.manifest) cpSync(join(root, target.manifest), join(folder, 'image.json'));
  if (target.migrations) cpSync(join(root, target.migrations), join(folder, 'migrations'), { recursive: true });
}

/**
 * A system that runs keeps the last good bundle of what cannot be built now, so that its processes can be started again.
 * @param {Target} target @param {string} fresh @param {Error} error
 * @returns {never}
 */
function keepOld({ out }, fresh, error) {
  if (existsSync(join(root, out))) cpSync(join(root, out), join(root, fresh, relative('dist', out)));
  throw error;
}

/** @param {string} fresh @param {string} place */
function replaceFolder(fresh, place) {
  const old = `${place}.old.${process.pid}`;
  if (existsSync(place)) renameSync(place, old);
  renameSync(fresh, place);
  rmSync(old, { recursive: true, force: true });
}

/**
 * Builds everything into a clean `dist/`, which changes in one moment: a system that runs from it never sees half a build.
 * @returns {Promise<{ bundles: number, images: number }>}
 */
export async function buildAll() {
  const processes = [...processTargets(), ...threadTargets()];
  const images = imageTargets();
  const fresh = `dist.${process.pid}`;
  mkdirSync(join(root, fresh, 'images'), { recursive: true });
  try {
    const results = await Promise.allSettled([...processes, ...images].map((target) => bundle(target, fresh).catch((error) => keepOld(target, fresh, error))));
    images.forEach((image) => copyImageFiles(image, fresh));
    await bundleAuditVerifier(fresh);
    // What could be built is put in place even when something else could not: a room that is being rewritten does not
    // keep the others from being tested.
    replaceFolder(join(root, fresh), join(root, 'dist'));
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.message ?? result.reason)] : []));
    if (failed.length > 0) throw new Error([...new Set(failed)].join('\n'));
  } finally {
    rmSync(join(root, fresh), { recursive: true, force: true });
  }
  return { bundles: processes.length, images: images.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  const { bundles, images } = await buildAll();
  console.log(`built ${bundles} bundles and ${images} images in ${Math.round(performance.now() - started)} ms`);
}
