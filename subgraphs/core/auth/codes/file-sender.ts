import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeSender } from './code-sender';

/** For development: appends messages to `<folder>/codes.jsonl`, which only its owner may read. */
export function createFileSender(folder: string): CodeSender {
  return {
    send: async (message) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await appendFile(join(folder, 'codes.jsonl'), `${JSON.stringify(message)}\n`, { mode: 0o600 });
    },
  };
}
