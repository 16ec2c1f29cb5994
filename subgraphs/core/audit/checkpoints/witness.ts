import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { MissingObjectError, type Storage } from '../../documents';
import { readCheckpoint } from './signed-note';

/**
 * Keeps checkpoints where the database does not lie: whoever can rewrite the one cannot rewrite the other unseen. One object for each checkpoint,
 * `<log>/<size>`, and the newest once more, `<log>/newest`.
 */
export interface Witness {
  /** The newest checkpoint that it was given, or null when it was given none. */
  newest(): Promise<{ size: number; root: Buffer } | null>;
  keep(size: number, note: string): Promise<void>;
}

export function createWitness(storage: Storage, origin: string): Witness {
  const folder = createHash('sha256').update(origin).digest('hex').slice(0, 32);
  let known: { size: number; root: Buffer } | null = null;
  const put = (name: string, note: Buffer): Promise<void> => storage.put(`${folder}/${name}`, once(note), note.length);
  return {
    newest: async () => {
      if (known) return known;
      const note = await storage.get(`${folder}/newest`).then(buffer, (error: unknown) => {
        if (error instanceof MissingObjectError) return null;
        throw error;
      });
      known = note && readCheckpoint(note.toString());
      return known;
    },
    // First for itself: `newest` never tells of what is not there.
    keep: async (size, note) => {
      await put(String(size), Buffer.from(note));
      await put('newest', Buffer.from(note));
      known = readCheckpoint(note);
    },
  };
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}
