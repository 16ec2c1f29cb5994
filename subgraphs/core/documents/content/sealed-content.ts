import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { ByteRange } from '../storage/storage';

const CHUNK = 64 * 1024;
const TAG = 16;
const SEALED_CHUNK = CHUNK + TAG;

/**
 * Content at rest: AES-256-GCM in chunks of 64 KiB, each with its tag behind it. The nonce holds the number of the chunk and whether it is
 * the last (STREAM, https://eprint.iacr.org/2015/189), so that chunks cannot be moved, left out or cut off unnoticed, and a range is read without
 * the rest. A key seals one content only.
 */
export async function* seal(content: AsyncIterable<Uint8Array>, key: Buffer): AsyncGenerator<Uint8Array> {
  let index = 0;
  let held: Buffer | null = null; // the last chunk is known only when nothing follows
  for await (const chunk of inChunks(content, CHUNK)) {
    if (held) yield sealChunk(held, key, nonceOf(index++, false));
    held = chunk;
  }
  yield sealChunk(held ?? Buffer.alloc(0), key, nonceOf(index, true));
}

/** How long content of `size` bytes is when it is sealed. */
export function sealedSize(size: number): number {
  return size + TAG * chunksOf(size);
}

/** Which bytes to read of the sealed content for a range of the content. */
export function sealedRange({ start, end }: ByteRange, size: number): ByteRange {
  return { start: Math.floor(start / CHUNK) * SEALED_CHUNK, end: Math.min((Math.floor(end / CHUNK) + 1) * SEALED_CHUNK, sealedSize(size)) - 1 };
}

/** Opens what {@link sealedRange} told to read. @throws Error at the first chunk that was changed, before any of it is passed on. */
export async function* open(sealed: AsyncIterable<Uint8Array>, key: Buffer, { start, end }: ByteRange, size: number): AsyncGenerator<Uint8Array> {
  let index = Math.floor(start / CHUNK);
  const last = chunksOf(size) - 1;
  for await (const chunk of inChunks(sealed, SEALED_CHUNK)) {
    const from = index * CHUNK;
    const content = openChunk(chunk, key, nonceOf(index, index === last));
    yield content.subarray(Math.max(0, start - from), end + 1 - from);
    index += 1;
  }
  if (index <= Math.floor(end / CHUNK)) throw new Error('The content ends too early.');
}

function chunksOf(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK));
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

function sealChunk(chunk: Buffer, key: Buffer, nonce: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
}

function openChunk(sealed: Buffer, key: Buffer, nonce: Buffer): Buffer {
  if (sealed.length < TAG) throw new Error('The content ends too early.');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
}

/** The same bytes in pieces of `length`; only the last may be shorter. */
export async function* inChunks(content: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Buffer> {
  let gathered: Uint8Array[] = [];
  let missing = length;
  for await (const piece of content) {
    let rest = piece;
    while (rest.length >= missing) {
      yield Buffer.concat([...gathered, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      [gathered, missing] = [[], length];
    }
    if (rest.length > 0) gathered.push(rest);
    missing -= rest.length;
  }
  if (gathered.length > 0) yield Buffer.concat(gathered);
}
