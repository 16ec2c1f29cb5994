import { createHash } from 'node:crypto';
import { newId } from '#kernel/db';
import { AppError, BadInputError } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import type { Document as DocumentRow } from '../../../generated/prisma/core/client';
import { transaction, type CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import { withCid } from './content/ipfs-cid';
import { HEAD_BYTES, mediaTypeOf } from './content/media-type';
import { seal, sealedSize } from './content/sealed-content';
import { TooMuch, type Staging } from './content/staging';
import { subkey } from './content/staging-cipher';
import type { DocumentRepository } from './document.repository';
import { columnsOf, tell } from './document.service';
import type { Scanner } from './scan/scanner';
import type { Storage } from './storage/storage';

export interface IntakeDeps {
  database: CoreDatabase;
  repository: DocumentRepository;
  protectedData: ProtectedData;
  staging: Staging;
  storage: Storage;
  scanner: Scanner;
  allowedTypes: readonly string[];
  logger: Logger;
}

/** Takes in the content of documents, piece by piece; with the last one it is checked and stored. */
export class Intake {
  /** One piece at a time for each document. */
  private readonly busy = new Set<string>();

  constructor(private readonly deps: IntakeDeps) {}

  /** How much of the content is there. What is all there but not stored (the process died in between) is stored now. */
  async offset(document: DocumentRow): Promise<number> {
    if (document.status !== 'UPLOADING') return document.size;
    const there = await this.deps.staging.size(document.id);
    if (there === document.size) await this.alone(document.id, () => this.finish(document));
    return there;
  }

  /**
   * Takes the piece that begins at `offset`. @returns how much is there now.
   * @throws AppError CONFLICT (another piece is being sent, or `offset` is not where the content ends: ask with HEAD), INVALID_TRANSITION (nothing is
   * awaited any more), BAD_USER_INPUT (more than was announced).
   */
  take(document: DocumentRow, offset: number, content: AsyncIterable<Uint8Array>): Promise<number> {
    return this.alone(document.id, async () => {
      if (document.status !== 'UPLOADING') throw new AppError('INVALID_TRANSITION', `The content of this document is ${document.status}: nothing more is taken.`, { field: 'id' });
      const there = await this.deps.staging.size(document.id);
      if (offset !== there) throw new AppError('CONFLICT', `upload-offset: the content ends at ${there}.`, { field: 'upload-offset', offset: there });
      const now = await this.deps.staging.append(document.id, content, document.size, await this.keyOf(document)).catch((error: unknown) => {
        throw error instanceof TooMuch ? new AppError('BAD_USER_INPUT', `content: is more than the ${document.size} bytes that were announced.`, { field: 'content' }) : error;
      });
      if (now === document.size) await this.finish(document);
      return now;
    });
  }

  /**
   * Keeps what the system itself has made, an export for example: its size is known only when it is all there.
   * @throws AppError BAD_USER_INPUT when it is of no type that is kept, or empty.
   */
  async keep(made: { organizationId: string; projectId: string | null; createdById: string; filename: string; kind: string; sensitivity: DocumentRow['sensitivity']; retainUntil: Date | null }, content: AsyncIterable<Uint8Array>): Promise<string> {
    const { database, repository, staging, protectedData } = this.deps;
    const id = newId();
    const key = made.sensitivity === 'PERSONAL' ? await protectedData.createKey() : null;
    const size = await staging.append(id, content, Number.MAX_SAFE_INTEGER, key?.key ?? null).catch(async (error: unknown) => {
      await staging.remove(id);
      throw error;
    });
    if (size === 0) throw new BadInputError('content', 'is empty');
    await transaction(database, async (tx) => {
      await repository.insert(tx, { ...made, ...(key ? columnsOf(key) : {}), id, size });
      await tell(tx, made.createdById, 'requested', { id, ...made }, { kind: made.kind, size, sensitivity: made.sensitivity });
    });
    const document = await repository.find(id);
    if (document) await this.alone(id, () => this.finish(document));
    return id;
  }

  private async alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (this.busy.has(id)) throw new AppError('CONFLICT', 'content: another piece of it is being sent.', { field: 'content' });
    this.busy.add(id);
    try {
      return await work();
    } finally {
      this.busy.delete(id);
    }
  }

  /** Checks and stores what is staged. May run again: what it stores replaces itself, and the document moves once. */
  private async finish(document: DocumentRow): Promise<void> {
    const { repository, staging, scanner, allowedTypes } = this.deps;
    const key = await this.keyOf(document);
    const content = (): AsyncIterable<Uint8Array> => staging.read(document.id, key);
    const mediaType = mediaTypeOf(await headOf(content()), document.filename);
    const scan = mediaType !== null && allowedTypes.includes(mediaType) ? await scanner.scan(content()) : null;
    if (mediaType === null || scan === null) return this.refuse(document, 'TYPE_NOT_ALLOWED', null);
    if (scan === 'INFECTED') return this.refuse(document, 'INFECTED', scan);
    const storageKey = `${document.organizationId}/${document.id}`;
    const stored = await this.store(document, storageKey, content(), key);
    await transaction(this.deps.database, async (tx) => {
      if (!(await repository.move(tx, document.id, ['UPLOADING'], { status: 'STORED', mediaType, scan, storageKey, ...stored }))) return;
      await tell(tx, document.createdById, 'stored', document, { mediaType, scan });
    });
    await staging.remove(document.id);
  }

  private async store(document: DocumentRow, storageKey: string, content: AsyncIterable<Uint8Array>, key: Buffer | null): Promise<{ sha256: string | null; fingerprint: string | null; cid: string | null }> {
    const hash = createHash('sha256');
    const found: { cid: string | null } = { cid: null };
    const hashed = hashing(content, hash);
    const source = document.sensitivity === 'PUBLIC' ? catching(withCid(hashed), (cid) => (found.cid = cid)) : hashed;
    if (key) await this.deps.storage.put(storageKey, seal(source, subkey(key, 'content')), sealedSize(document.size));
    else await this.deps.storage.put(storageKey, source, document.size);
    const sha256 = hash.digest('hex');
    // A plain hash would tell whoever has the same file that it lies here.
    return key ? { sha256: null, fingerprint: this.deps.protectedData.fingerprint(document.organizationId, sha256), cid: null } : { sha256, fingerprint: null, cid: found.cid };
  }

  private async refuse(document: DocumentRow, refusal: 'TYPE_NOT_ALLOWED' | 'INFECTED', scan: 'INFECTED' | null): Promise<void> {
    await transaction(this.deps.database, async (tx) => {
      if (!(await this.deps.repository.move(tx, document.id, ['UPLOADING'], { status: 'QUARANTINED', refusal, scan, wrappedKey: null, keyVersion: null }))) return;
      await tell(tx, document.createdById, 'quarantined', document, { refusal });
    });
    await this.deps.staging.remove(document.id);
  }

  private keyOf({ wrappedKey, keyVersion }: DocumentRow): Promise<Buffer | null> {
    return wrappedKey && keyVersion !== null ? this.deps.protectedData.openKey({ wrappedKey: Buffer.from(wrappedKey), keyVersion }) : Promise.resolve(null);
  }
}

async function headOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for await (const piece of content) {
    head = Buffer.concat([head, piece]);
    if (head.length >= HEAD_BYTES) break;
  }
  return head.subarray(0, HEAD_BYTES);
}

async function* hashing(content: AsyncIterable<Uint8Array>, hash: { update(data: Uint8Array): unknown }): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
}

/** Passes content on and gives away what its generator returns at the end. */
async function* catching<R>(content: AsyncGenerator<Uint8Array, R>, caught: (result: R) => void): AsyncGenerator<Uint8Array> {
  caught(yield* content);
}
