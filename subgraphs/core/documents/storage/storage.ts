import type { Readable } from 'node:stream';

/** Bytes `start` to `end` of an object, both included, from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

/** There is no object under a key. */
export class MissingObjectError extends Error {}

/**
 * Where content lies. Objects are written whole and never changed; a key is `<organization>/<document>`.
 * What every implementation must do is in testing/storage-conformance.ts.
 */
export interface Storage {
  /** Writes an object of exactly `size` bytes: all of it or, when the source fails or ends early, nothing. A second write replaces the first. */
  put(key: string, content: AsyncIterable<Uint8Array>, size: number): Promise<void>;
  /** @throws MissingObjectError when there is no such object. */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /** Nothing happens when there is no such object. */
  remove(key: string): Promise<void>;
}

const KEY = /^[a-z0-9-]{1,64}(\/[a-z0-9-]{1,64})*$/;

/** @throws Error for a key that could lead out of the storage. Keys are ours: this is a bug, not input. */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new Error(`This is no key of a storage: ${key}`);
  return key;
}

/**
 * Passes content on and fails unless it is exactly `size` bytes long. One piece is held back until it is known what follows: whoever counts along
 * has not seen all of it before it is known to be right.
 */
export async function* exactly(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  let held: Uint8Array | null = null;
  for await (const piece of content) {
    seen += piece.length;
    if (seen > size) break;
    if (held) yield held;
    held = piece;
  }
  if (seen !== size) throw new Error(`The content is not the ${size} bytes that were announced.`);
  if (held) yield held;
}
