import type { Tickets } from './tickets';

const UPLOAD_MS = 24 * 3600_000;
const DOWNLOAD_MS = 5 * 60_000;

/** How long after its announcement a document may be uploaded: whoever asks last still has the life of an address. */
export const UPLOAD_GIVEN_UP_MS = 2 * UPLOAD_MS;

/** Where the world reaches the content of documents: at the gateway. */
export interface ContentAddresses {
  upload(documentId: string): { url: string; expiresAt: Date };
  /** Holds for five minutes. */
  download(documentId: string): string;
}

export function createAddresses(publicUrl: string, tickets: Tickets): ContentAddresses {
  const address = (purpose: 'upload' | 'download', id: string, expiresAt: Date): string => new URL(`/files/${id}?ticket=${tickets.issue(purpose, id, expiresAt)}`, publicUrl).toString();
  return {
    upload: (id) => {
      const expiresAt = new Date(Date.now() + UPLOAD_MS);
      return { url: address('upload', id, expiresAt), expiresAt };
    },
    download: (id) => address('download', id, new Date(Date.now() + DOWNLOAD_MS)),
  };
}
