import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImportDocumentDocument, ImportRequestUploadDocument, type DocumentSensitivity } from '../../../generated/graphql/documents';
import type { Ask } from '../../start/graphql-client';

const PIECE = 8 * 1024 * 1024;
const ATTEMPTS = 6;
const PAUSE_MS = 500;

/**
 * Uploads a file as a personal document, piece by piece, going on where a bad network broke off.
 * @returns the id of the document.
 * @throws Error when the gateway refuses it.
 */
export async function upload(ask: Ask, file: string, projectId: string | null, onProgress: (done: number, total: number) => void): Promise<string> {
  const { size } = await stat(file);
  if (size === 0) throw new Error(`${file} is empty.`);
  const input = { filename: basename(file), kind: 'import', size, sensitivity: 'PERSONAL' as DocumentSensitivity, projectId };
  const { requestUpload } = await ask(ImportRequestUploadDocument, { input, key: randomUUID() });
  const { uploadUrl, document } = requestUpload;
  if (uploadUrl) await send(file, uploadUrl, size, onProgress);
  const { document: stored } = await ask(ImportDocumentDocument, { id: document.id });
  if (stored?.status !== 'STORED') throw new Error(`The file was not taken (${stored?.refusal ?? stored?.status ?? 'gone'}): it must be CSV, XLSX or JSON.`);
  return document.id;
}

async function send(file: string, url: string, size: number, onProgress: (done: number, total: number) => void): Promise<void> {
  const handle = await open(file);
  try {
    let offset = 0;
    for (let attempt = 1; offset < size; ) {
      onProgress(offset, size);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(PIECE, size - offset)), 0, undefined, offset);
      const status = await patch(url, offset, buffer.subarray(0, bytesRead));
      if (status === 204) {
        offset += bytesRead;
        attempt = 1;
        continue;
      }
      if (attempt >= ATTEMPTS || (status !== 0 && status < 500 && status !== 409)) throw new Error(`The upload was refused (${status || 'no answer'}).`);
      await sleep(PAUSE_MS * 2 ** attempt++);
      offset = await reached(url, offset);
    }
    onProgress(size, size);
  } finally {
    await handle.close();
  }
}

/** @returns the status, 0 when no answer came. */
async function patch(url: string, offset: number, body: Buffer): Promise<number> {
  const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), 'tus-resumable': '1.0.0' };
  return fetch(url, { method: 'PATCH', body: new Uint8Array(body), headers }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** How much has arrived; what we think when nobody answers. */
async function reached(url: string, otherwise: number): Promise<number> {
  const answer = await fetch(url, { method: 'HEAD' }).catch(() => null);
  const offset = answer?.headers.get('upload-offset') ?? null;
  return offset === null ? otherwise : Number(offset);
}
