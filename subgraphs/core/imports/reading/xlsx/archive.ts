import { finished } from 'node:stream/promises';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import type { TableLimits } from '../source-table';
import { TableError } from '../table-error';

/** The parts of a workbook by name, each unpacked as a stream and no further than the limits allow. */
export interface Archive {
  has(name: string): boolean;
  /** The bytes of a part. Throws TableError (BROKEN_WORKBOOK, WORKBOOK_TOO_LARGE). */
  part(name: string): AsyncGenerator<Uint8Array>;
}

/** Small parts reach any ratio: the limit is for large ones. */
const RATIO_COUNTS_FROM = 2 ** 20;

/** Opens a zip file. Sizes that its directory promises are checked before anything is unpacked, and held to while it is (a zip bomb lies about them). */
export async function openArchive(stream: AsyncIterable<Uint8Array>, limits: TableLimits): Promise<Archive> {
  const bytes = await collected(stream, limits.archiveBytes);
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true });
    const entries = await directory(zip, limits);
    return { has: (name) => entries.has(name), part: (name) => unpacked(zip, entries.get(name), limits) };
  } catch (error) {
    throw error instanceof TableError ? error : new TableError('BROKEN_WORKBOOK');
  }
}

async function collected(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw new TableError('WORKBOOK_TOO_LARGE', { limit });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function directory(zip: ZipFile, limits: TableLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    if (zip.entryCount > limits.archiveEntries) return reject(new TableError('WORKBOOK_TOO_LARGE', { limit: limits.archiveEntries }));
    zip.on('error', reject);
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function* unpacked(zip: ZipFile, entry: Entry | undefined, limits: TableLimits): AsyncGenerator<Uint8Array> {
  if (!entry) throw new TableError('BROKEN_WORKBOOK');
  if (entry.isEncrypted()) throw new TableError('OLD_OR_ENCRYPTED_WORKBOOK');
  if (entry.uncompressedSize > limits.unpackedBytes) throw new TableError('WORKBOOK_TOO_LARGE', { limit: limits.unpackedBytes });
  if (entry.uncompressedSize > RATIO_COUNTS_FROM && entry.uncompressedSize > entry.compressedSize * limits.ratio) throw new TableError('WORKBOOK_TOO_LARGE');
  try {
    const stream = await zip.openReadStreamPromise(entry);
    try {
      yield* stream as AsyncIterable<Uint8Array>;
    } finally {
      stream.destroy();
      await finished(stream).catch(() => undefined);
    }
  } catch (error) {
    throw error instanceof TableError ? error : new TableError('BROKEN_WORKBOOK');
  }
}
