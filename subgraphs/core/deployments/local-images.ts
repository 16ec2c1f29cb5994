import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#kernel/errors';
import { descriptionSchema, type ImageDescription } from '../supergraph';
import type { Driver } from './driver';

const run = promisify(execFile);
const IMAGE = /^([a-z][a-z0-9-]{0,40}):(\d+\.\d+\.\d+(?:-[a-z0-9.]+)?)$/;
const ONE_SHOT_MS = 60_000;

/** Images that are folders: `<imagesDir>/<name>/<version>/main.js`. */
export interface LocalImages extends Pick<Driver, 'describe' | 'migrate' | 'available'> {
  /** The file to run. @throws AppError UNKNOWN_PROJECT_TYPE when there is none (or the name would lead out of the folder). */
  main(image: string): string;
}

/** Runs the one-shot commands of images as child processes with a bare environment. */
export function createLocalImages(imagesDir: string, inherited: Record<string, string>): LocalImages {
  const main = (image: string): string => mainOf(imagesDir, image);
  return {
    main,
    describe: async (image) => parseDescription(image, await oneShot(main(image), image, 'describe', inherited)),
    migrate: async (image, environment) => {
      await oneShot(main(image), image, 'migrate', { ...inherited, ...environment });
    },
    available: () => listImages(imagesDir),
  };
}

function mainOf(imagesDir: string, image: string): string {
  const [, name, version] = IMAGE.exec(image) ?? [];
  const main = name && version ? resolve(imagesDir, name, version, 'main.js') : '';
  if (!main || !existsSync(main)) throw new AppError('UNKNOWN_PROJECT_TYPE', `There is no image ${image.slice(0, 100)}.`, { field: 'image' });
  return main;
}

async function oneShot(main: string, image: string, command: string, env: Record<string, string>): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, [main, command], { env, timeout: ONE_SHOT_MS, maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new AppError('DEPLOYMENT_FAILED', `The image ${image} failed to ${command}: ${output.trim().slice(-1500)}`);
  }
}

function parseDescription(image: string, output: string): ImageDescription {
  try {
    return descriptionSchema.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
  } catch (error) {
    throw new AppError('DEPLOYMENT_FAILED', `The image ${image} does not describe itself as agreed: ${error instanceof Error ? error.message.slice(0, 500) : ''}`);
  }
}

async function listImages(imagesDir: string): Promise<string[]> {
  const names = await readdir(imagesDir).catch(() => [] as string[]);
  const images = await Promise.all(
    names.map(async (name) => (await readdir(join(imagesDir, name)).catch(() => [] as string[])).map((version) => `${name}:${version}`)),
  );
  return images.flat().filter((image) => IMAGE.test(image)).sort();
}
