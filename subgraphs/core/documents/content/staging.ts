import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isId } from '#kernel/db';
import { stagingCipher } from './staging-cipher';

/** What has arrived of uploads, a file for each. */
export interface Staging {
  /** How many bytes are there; 0 when nothing is. */
  size(documentId: string): Promise<number>;
  /** Writes on, from where it ends, at most until `limit`. What was written stays when the source breaks off. @returns how many bytes are there now. */
  append(documentId: string, content: AsyncIterable<Uint8Array>, limit: number, dataKey: Buffer | null): Promise<number>;
  read(documentId: string, dataKey: Buffer | null): AsyncIterable<Uint8Array>;
  remove(documentId: string): Promise<void>;
}

/** @param folder The same for every process that takes uploads. */
export function createStaging(folder: string): Staging {
  const pathOf = (id: string): string => {
    if (!isId(id)) throw new Error('This is no id of a document.'); // ids are ours: a bug, not input
    return join(folder, `${id}.part`);
  };
  const size = async (id: string): Promise<number> => {
    try {
      return (await stat(pathOf(id))).size;
    } catch {
      return 0;
    }
  };
  return {
    size,
    append: async (id, content, limit, dataKey) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      let there = await size(id);
      const encrypt = dataKey ? stagingCipher(dataKey, there) : null;
      const file = await open(pathOf(id), 'a', 0o600);
      try {
        for await (const piece of content) {
          const fitting = piece.subarray(0, limit - there);
          await file.appendFile(encrypt ? encrypt(fitting) : fitting);
          there += fitting.length;
          if (fitting.length < piece.length) throw new TooMuch();
        }
        await file.sync();
      } finally {
        await file.close();
      }
      return there;
    },
    read: (id, dataKey) => decrypted(createReadStream(pathOf(id)), dataKey),
    remove: (id) => rm(pathOf(id), { force: true }),
  };
}

/** More was sent than was announced. */
export class TooMuch extends Error {}

async function* decrypted(content: AsyncIterable<Uint8Array>, dataKey: Buffer | null): AsyncGenerator<Uint8Array> {
  const decrypt = dataKey ? stagingCipher(dataKey, 0) : null;
  for await (const piece of content) yield decrypt ? decrypt(piece) : piece;
}
