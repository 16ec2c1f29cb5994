import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { newId } from '#kernel/db';
import { MissingObjectError, checkedKey, exactly, type Storage } from './storage';

/** Storage in a folder of this machine. An object appears by rename once it is on the disk: a crash leaves all of it or nothing. */
export function createDiskStorage(folder: string): Storage {
  const pathOf = (key: string): string => join(folder, checkedKey(key));
  return {
    put: async (key, content, size) => {
      const path = pathOf(key);
      const part = `${path}.${newId()}.part`;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        await writeWhole(part, exactly(content, size));
        await rename(part, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    get: (key, range) => opened(createReadStream(pathOf(key), range ?? {})),
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

async function writeWhole(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of content) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

// The name of a new file is part of its folder.
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

function opened(stream: Readable): Promise<Readable> {
  return new Promise((resolve, reject) => {
    stream.once('open', () => resolve(stream)).once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? new MissingObjectError() : error));
  });
}
