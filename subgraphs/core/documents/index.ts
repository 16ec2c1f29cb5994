import type DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import type { FastifyInstance } from 'fastify';
import type { Principal } from '#kernel/auth';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { Logger } from '#kernel/telemetry';
import type { Document as DocumentRow } from '../../../generated/prisma/core/client';
import type { CoreContext } from '../context';
import { transaction, type CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import type { Secrets } from '../secrets';
import type { Slice } from '../slice';
import { CleanUp } from './clean-up';
import { createAddresses } from './content/addresses';
import { USUAL_TYPES } from './content/media-type';
import { createTickets } from './content/tickets';
import { ContentReader } from './content-reader';
import { mountContent } from './content.routes';
import { toDocument } from './document.mapper';
import { DocumentRepository } from './document.repository';
import { DocumentResolver } from './document.resolver';
import { DocumentService, deleteRow, type SeesTarget } from './document.service';
import { Document, DocumentTarget } from './document.type';
import { Intake } from './intake';
import type { Stores } from './stores';

export { createDocumentRetention } from './clean-up';
export { Document } from './document.type';
export { documentEvents } from './document.events';
export { kindsOfVendor } from './linked-kinds';
export { createDiskStorage } from './storage/disk-storage';
export { createS3Storage } from './storage/s3-storage';
export { MissingObjectError, type Storage } from './storage/storage';
export { credentialsIn, openStores, type Stores, type StoresEnv } from './stores';

type Loader = (context: CoreContext) => DataLoader<string, object | null>;

/** The content of a stored document, for other slices. */
export interface StoredContent {
  content: AsyncIterable<Uint8Array>;
  /** In bytes. */
  size: number;
  /** Equal for equal content in the organisation: a SHA-256, or for personal documents a keyed hash. */
  fingerprint: string;
  filename: string;
  mediaType: string;
}

/** What processes do with documents beside answering questions about them. */
export interface DocumentStore {
  intake: Intake;
  cleanUp: CleanUp;
  /** Null when the organisation has no such document, or its content is not there. The caller has checked that it may be read. */
  find(organizationId: string, documentId: string): Promise<Omit<StoredContent, 'content'> | null>;
  read(organizationId: string, documentId: string): Promise<StoredContent | null>;
  /** Deletes what the system itself has made under this name, but for one: what a run left that was killed, or overtaken. */
  discardOthers(organizationId: string, made: { kind: string; filename: string }, keptId: string | null): Promise<void>;
}

export interface DocumentsSlice extends Slice, DocumentStore {
  /** Serves the content to the gateway. */
  mountContent(server: FastifyInstance): void;
  /** Documents that the caller may see, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, Document | null>;
  /** Where to download a stored document, for five minutes; audited. Null when its content is not there. The caller of this has checked that it may be read. */
  handOut(principal: Principal, documentId: string): Promise<string | null>;
}

export function createDocumentStore(deps: { database: CoreDatabase; protectedData: ProtectedData; stores: Stores; logger: Logger }): DocumentStore & { repository: DocumentRepository; reader: ContentReader } {
  const { database, protectedData, stores, logger } = deps;
  const repository = new DocumentRepository(database);
  const reader = new ContentReader(stores.storage, protectedData);
  return {
    repository,
    reader,
    intake: new Intake({ database, repository, protectedData, ...stores, allowedTypes: USUAL_TYPES, logger }),
    cleanUp: new CleanUp({ database, repository, ...stores, logger }),
    find: async (organizationId, documentId) => {
      const document = await repository.find(documentId);
      return isStored(document, organizationId) ? factsOf(document) : null;
    },
    read: async (organizationId, documentId) => {
      const document = await repository.find(documentId);
      return isStored(document, organizationId) ? { ...factsOf(document), content: await reader.read(document) } : null;
    },
    discardOthers: async (organizationId, made, keptId) => {
      for (const other of await repository.namedAlike(organizationId, made)) {
        if (other.id !== keptId) await transaction(database, (tx) => deleteRow(tx, repository, other, null));
      }
    },
  };
}

function isStored(document: DocumentRow | null, organizationId: string): document is DocumentRow {
  return document?.organizationId === organizationId && document.status === 'STORED';
}

function factsOf({ size, filename, sha256, fingerprint, mediaType }: DocumentRow): Omit<StoredContent, 'content'> {
  return { size, filename, fingerprint: sha256 ?? fingerprint ?? '', mediaType: mediaType ?? '' };
}

/** Files that the organisation keeps: what is known of them, and their content. */
export function createDocuments(deps: {
  database: CoreDatabase;
  protectedData: ProtectedData;
  secrets: Secrets;
  stores: Stores;
  logger: Logger;
  /** Where the world reaches the gateway. */
  publicUrl: string;
  /** Of one document, in bytes. */
  largest: number;
  /** Who sees what a document may be about. */
  about: { project: Loader; beneficiary: Loader; vendor: Loader };
}): DocumentsSlice {
  const { about, logger } = deps;
  const store = createDocumentStore(deps);
  const { repository } = store;
  const tickets = createTickets(deps.secrets);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toDocument), (document) => document.id));
  const sees = (context: CoreContext): SeesTarget => async (target, id) => {
    if (target === DocumentTarget.USER) return repository.userExists(context.principal, id);
    const loaders = { [DocumentTarget.PROJECT]: about.project, [DocumentTarget.BENEFICIARY]: about.beneficiary, [DocumentTarget.VENDOR]: about.vendor };
    return (await loaders[target](context).load(id)) !== null;
  };
  const remove = (id: string): Promise<void> => store.cleanUp.remove(id).catch((error: unknown) => logger.warn({ err: error, documentId: id }, 'could not remove the content of a deleted document, will try again'));
  const service = new DocumentService(deps.database, repository, deps.protectedData, deps.largest);
  const addresses = createAddresses(deps.publicUrl, tickets);
  const resolver = new DocumentResolver(service, { byId, sees, addresses, remove });
  return {
    ...store,
    byId,
    handOut: async (principal, id) => {
      const document = await repository.find(id);
      if (document?.status !== 'STORED') return null;
      await service.handedOut(principal, document);
      return addresses.download(id);
    },
    mountContent: (server) => mountContent(server, { repository, tickets, intake: store.intake, reader: store.reader }),
    resolvers: new Map([[DocumentResolver, resolver]]),
    references: {},
    rules,
  };
}

const write = requiresSomewhere('document:write');
const rules = {
  Query: { document: requiresSomewhere('document:read'), documents: requiresSomewhere('document:read') },
  Mutation: { requestUpload: write, linkDocument: write, deleteDocument: write },
  Document: allow,
  DocumentLink: allow,
  DocumentUpload: allow,
  DocumentConnection: allow,
  DocumentEdge: allow,
};
