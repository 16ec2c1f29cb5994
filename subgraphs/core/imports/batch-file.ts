import { createHash } from 'node:crypto';
import { AppError } from '#kernel/errors';
import type { DocumentStore } from '../documents';
import type { BatchRow } from './import.repository';
import { readTable, type SourceRow, type TableNotice } from './reading';
import { readSettings } from './settings';

/** Reads the file of a batch, from its beginning. The first row is the header. @throws AppError FILE_UNREADABLE */
export async function openBatchFile(documents: Pick<DocumentStore, 'read'>, batch: Pick<BatchRow, 'organizationId' | 'documentId' | 'settings'>, onNotice?: (notice: TableNotice) => void): Promise<AsyncGenerator<SourceRow>> {
  const stored = await documents.read(batch.organizationId, batch.documentId);
  if (!stored) throw new AppError('FILE_UNREADABLE', 'The document is no longer there. Upload it again.', { reason: 'EMPTY' });
  const { sheet } = readSettings(batch.settings);
  return readTable(stored.content, null, { ...(sheet === null ? {} : { sheet }), ...(onNotice ? { onNotice } : {}) });
}

/** Which headers a file has, as the key of a saved mapping. */
export function headersHash(headers: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(headers)).digest('base64url');
}
