export { createDocumentFinder, writtenDocument, type AskedDocument, type FindDocument } from './find-document';
export { createMemoryDocuments, createSharedDocuments, type AutomaticDocuments } from './automatic-documents';
export { openTrustedDocuments, type TrustedDocuments } from './trusted-documents';
export { openDocuments } from './from-environment';
