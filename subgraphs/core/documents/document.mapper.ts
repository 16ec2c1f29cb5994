import type { DocumentRow } from './document.repository';
import { Document, type DocumentLink, type DocumentRefusal, type DocumentScan, type DocumentSensitivity, type DocumentStatus } from './document.type';

export function toDocument(row: DocumentRow): Document {
  return Object.assign(new Document(), {
    ...row,
    status: row.status as DocumentStatus,
    sensitivity: row.sensitivity as DocumentSensitivity,
    refusal: row.refusal as DocumentRefusal | null,
    scan: row.scan as DocumentScan | null,
    links: row.links as DocumentLink[],
    encrypted: row.sensitivity === 'PERSONAL',
  });
}
