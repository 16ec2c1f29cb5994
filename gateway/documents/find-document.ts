import { z } from 'zod';
import { AppError, BadInputError, parseInput } from '#kernel/errors';
import { documentIdOf, plainId } from '#kernel/trusted-documents';
import type { AutomaticDocuments } from './automatic-documents';
import type { TrustedDocuments } from './trusted-documents';

/** How a client names what it wants to run: by text, by id, or by hash. */
export interface AskedDocument {
  /** Text of the document. */
  query: string | null;
  /** https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md */
  documentId: string | null;
  /** `persistedQuery` of it, as Apollo's clients send it (https://www.apollographql.com/docs/apollo-server/performance/apq). */
  extensions: Readonly<Record<string, unknown>>;
}

/** The text of what a client wants to run. @throws AppError when there is none, or when it may not be run here. */
export type FindDocument = (asked: AskedDocument) => string | Promise<string>;

export interface DocumentOptions {
  /** Null: there are none. */
  trusted: TrustedDocuments | null;
  /** Whether nothing else is run. */
  trustedOnly: boolean;
  /** Null: hashes of other documents are not taken. */
  automatic: AutomaticDocuments | null;
}

const persistedQuery = z.object({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the document, in hexadecimal') });

// Clients know these by their messages.
const notFound = (): AppError => new AppError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
const notSupported = (): AppError => new AppError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
const notTrusted = (): AppError => new AppError('DOCUMENT_NOT_TRUSTED', 'Only registered documents are run here. Register this one, or ask by the id of one that is.');

export function createDocumentFinder({ trusted, trustedOnly, automatic }: DocumentOptions): FindDocument {
  function byId(id: string): string {
    if (!trusted) throw notSupported();
    const text = trusted.byId(plainId(id));
    if (text === null) throw trustedOnly ? notTrusted() : notFound();
    return text;
  }

  function byHash(hash: string, query: string | null): string | Promise<string> {
    if (query !== null && documentIdOf(query) !== hash) throw new BadInputError('extensions.persistedQuery.sha256Hash', 'is not the hash of `query`');
    const text = trusted?.byId(hash) ?? null;
    if (text !== null) return text;
    if (query !== null) {
      if (!trustedOnly) automatic?.set(hash, query);
      return byText(query);
    }
    if (trustedOnly) throw notTrusted();
    if (!automatic) throw trusted ? notFound() : notSupported();
    return kept(automatic.get(hash));
  }

  function byText(query: string): string {
    if (trustedOnly && !trusted?.hasText(query)) throw notTrusted();
    return query;
  }

  return ({ query, documentId, extensions }) => {
    if (documentId !== null) return byId(documentId);
    if (extensions.persistedQuery !== undefined) return byHash(parseInput(persistedQuery, extensions.persistedQuery, 'extensions.persistedQuery').sha256Hash, query);
    if (query === null) throw new BadInputError('query', 'must be the text of a GraphQL document');
    return byText(query);
  };
}

/** Runs what is sent, and nothing by id. */
export const writtenDocument: FindDocument = createDocumentFinder({ trusted: null, trustedOnly: false, automatic: null });

function kept(text: string | null | Promise<string | null>): string | Promise<string> {
  if (text instanceof Promise) return text.then(kept);
  if (text === null) throw notFound();
  return text;
}
