// @ts-check
/**
 * Makes a fresh clone runnable: installs, generates, builds. Whatever is fresh already is skipped, so that running it
 * first, always, costs next to nothing. Has no dependencies: it runs before there are any.
 */
import { pathToFileURL } from 'node:url';
import { withLock } from './bootstrap/lock.mjs';
import { checkNode } from './bootstrap/node-version.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { buildStep } from './bootstrap/build-step.mjs';
import { codegenSteps } from './bootstrap/codegen-step.mjs';
import { installSteps } from './bootstrap/install-step.mjs';
import { prismaSteps } from './bootstrap/prisma-step.mjs';

/**
 * One thing to make. `fresh` says whether it is there already; `title` is what the reader sees while it is being made.
 * @typedef {{ title: string, fresh: () => boolean | Promise<boolean>, make: () => Promise<string | void> }} Step
 */

/** Steps in order; each line is computed late, because an earlier one may change what a later one finds. */
const STAGES = [installSteps, prismaSteps, codegenSteps, () => [buildStep()]];

/**
 * Brings everything up to date.
 * @param {{ quiet?: boolean }} [options]
 */
export async function bootstrap(options = {}) {
  checkNode();
  const progress = createProgress(options.quiet ?? false);
  await withLock(async () => {
    for (const stage of STAGES) {
      const stale = await onlyStale(stage());
      await Promise.all(stale.map((step) => progress.run(step.title, step.make)));
    }
  });
}

/** @param {Step[]} steps */
async function onlyStale(steps) {
  const freshness = await Promise.all(steps.map((step) => step.fresh()));
  return steps.filter((_, index) => !freshness[index]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await bootstrap().catch((/** @type {unknown} */ error) => {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
