import type { Logger } from '#kernel/telemetry';
import { transaction, type CoreDatabase } from '../database';
import { createUpkeep } from '../upkeep';
import { UPLOAD_GIVEN_UP_MS } from './content/addresses';
import type { Staging } from './content/staging';
import type { DocumentRepository } from './document.repository';
import { deleteRow } from './document.service';
import type { Storage } from './storage/storage';

const EVERY_MS = 60 * 60_000;
const CHUNK = 200;

/** Removes the content of documents that were deleted, whose time is over, or that never came whole. */
export class CleanUp {
  constructor(private readonly deps: { database: CoreDatabase; repository: DocumentRepository; storage: Pick<Storage, 'remove'>; staging: Pick<Staging, 'remove'>; logger: Logger }) {}

  /** Deletes what is overdue, and takes away what deleted documents have left. May be killed and run again at any time. */
  async run(now = new Date()): Promise<void> {
    const { database, repository } = this.deps;
    for (let rows = await this.overdue(now); rows.length > 0; rows = await this.overdue(now)) {
      for (const row of rows) await transaction(database, (tx) => deleteRow(tx, repository, row, null));
    }
    for (let rows = await repository.leftovers(CHUNK); rows.length > 0; rows = await repository.leftovers(CHUNK)) {
      for (const { id } of rows) await this.remove(id);
    }
  }

  /** Removes the content of a deleted document. @throws Error when the storage refuses: a later run tries again. */
  async remove(id: string): Promise<void> {
    const document = await this.deps.repository.find(id);
    if (document?.status !== 'DELETED') return;
    await this.deps.staging.remove(id);
    if (document.storageKey !== null) await this.deps.storage.remove(document.storageKey);
    await this.deps.repository.removed(id);
  }

  private overdue(now: Date) {
    return this.deps.repository.overdue(now, new Date(now.getTime() - UPLOAD_GIVEN_UP_MS), CHUNK);
  }
}

/** Cleans up at once, then every hour. */
export function createDocumentRetention(cleanUp: CleanUp, logger: Logger): { close(): Promise<void> } {
  return createUpkeep(() => cleanUp.run(), { everyMs: EVERY_MS, logger, failure: 'could not clean up documents' });
}
