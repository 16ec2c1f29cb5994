import { mkdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Logger } from '#kernel/telemetry';

/** The newest good copies of what core sent, on disk, so that a gateway can start while core is down. */
export interface LastGood {
  /** Null when there is no copy, or none that can be read. */
  load<S extends z.ZodType>(name: string, schema: S): Promise<z.output<S> | null>;
  /** Replaces the copy: readers see the old file or the new one, never half of one. Failures are logged: serving goes on. */
  save(name: string, value: unknown): Promise<void>;
}

/** Keeps `<folder>/<name>.json`. */
export function createLastGood(folder: string, logger: Logger): LastGood {
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => join(folder, `${name}.json`);
  let writing: Promise<void> = Promise.resolve();
  return {
    load: async (name, schema) => {
      try {
        return schema.parse(JSON.parse(await readFile(file(name), 'utf8')));
      } catch (error) {
        if (!isAbsent(error)) logger.warn({ err: error, file: file(name) }, 'a copy on disk cannot be read');
        return null;
      }
    },
    save: (name, value) => {
      // One after the other: of two versions the later must win.
      writing = writing.then(() => replace(file(name), JSON.stringify(value))).catch((error: unknown) => logger.error({ err: error }, 'could not keep a copy on disk'));
      return writing;
    },
  };
}

async function replace(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
