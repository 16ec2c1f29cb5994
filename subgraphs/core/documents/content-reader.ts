import type { ProtectedData } from '../protected-data';
import type { Document as DocumentRow } from '../../../generated/prisma/core/client';
import { open, sealedRange } from './content/sealed-content';
import { subkey } from './content/staging-cipher';
import type { ByteRange, Storage } from './storage/storage';

/** Reads the content of stored documents as it was uploaded, whole or a range of it. */
export class ContentReader {
  constructor(
    private readonly storage: Pick<Storage, 'get'>,
    private readonly protectedData: Pick<ProtectedData, 'openKey'>,
  ) {}

  /** @throws Error when it is not stored; while it is read, at the first piece that was changed. */
  async read({ storageKey, wrappedKey, keyVersion, size }: DocumentRow, range: ByteRange = { start: 0, end: size - 1 }): Promise<AsyncIterable<Uint8Array>> {
    if (storageKey === null) throw new Error('This document has no content.');
    if (!wrappedKey || keyVersion === null) return this.storage.get(storageKey, range);
    const key = await this.protectedData.openKey({ wrappedKey: Buffer.from(wrappedKey), keyVersion });
    return open(await this.storage.get(storageKey, sealedRange(range, size)), subkey(key, 'content'), range, size);
  }
}
