import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ProjectType } from '../project-type';
import { sdlOf } from './describe';

/**
 * Writes the SDL of a type to the file that is committed and reviewed; with `check` it only compares.
 * @returns whether the file was as it should be.
 */
export async function writeTypeSchema(type: ProjectType, file: string, options: { check: boolean }): Promise<boolean> {
  const sdl = `${(await sdlOf(type)).trimEnd()}\n`;
  const fresh = existsSync(file) && readFileSync(file, 'utf8') === sdl;
  if (!fresh && !options.check) writeFileSync(file, sdl);
  return fresh;
}
