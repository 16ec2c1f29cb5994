import { documentIdOf } from '#kernel/trusted-documents';
import { createMemoryDocuments, type AutomaticDocuments } from './automatic-documents';
import { createDocumentFinder, writtenDocument, type AskedDocument, type FindDocument } from './find-document';
import type { TrustedDocuments } from './trusted-documents';

const KNOWN = '{ whoami }';
const OTHER = '{ projects { id } }';
const trusted: TrustedDocuments = { byId: (id) => (id === documentIdOf(KNOWN) || id === 'app:who' ? KNOWN : null), hasText: (text) => text === KNOWN, close: () => undefined };

const asked = (changes: Partial<AskedDocument>): AskedDocument => ({ query: null, documentId: null, extensions: {}, ...changes });
const hashed = (text: string, query: string | null = null): AskedDocument => asked({ query, extensions: { persistedQuery: { version: 1, sha256Hash: documentIdOf(text) } } });
const codeOf = async (find: FindDocument, what: AskedDocument): Promise<unknown> => {
  try {
    return await find(what);
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('without trusted documents and hashes', () => {
  test('what is written is run, and nothing by id or hash', async () => {
    expect(await codeOf(writtenDocument, asked({ query: OTHER }))).toBe(OTHER);
    expect(await codeOf(writtenDocument, asked({}))).toBe('BAD_USER_INPUT');
    expect(await codeOf(writtenDocument, asked({ documentId: 'x' }))).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    expect(await codeOf(writtenDocument, hashed(OTHER))).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    expect(await codeOf(writtenDocument, hashed(OTHER, OTHER))).toBe(OTHER);
  });
});

describe('with automatic hashes', () => {
  const find = createDocumentFinder({ trusted: null, trustedOnly: false, automatic: createMemoryDocuments() });

  test('a hash is known once its text was sent', async () => {
    expect(await codeOf(find, hashed(OTHER))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await codeOf(find, hashed(OTHER, OTHER))).toBe(OTHER);
    expect(await codeOf(find, hashed(OTHER))).toBe(OTHER);
  });

  test('nobody can put another text under a hash', async () => {
    expect(await codeOf(find, hashed(KNOWN, '{ secret }'))).toBe('BAD_USER_INPUT');
    expect(await codeOf(find, hashed(KNOWN))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test.each([{ version: 2, sha256Hash: documentIdOf(OTHER) }, { version: 1, sha256Hash: '../../etc' }, { version: 1 }, 'hash', null])('%j is not taken', async (persistedQuery) => {
    expect(await codeOf(find, asked({ extensions: { persistedQuery } }))).toBe('BAD_USER_INPUT');
  });

  test('the store may answer later', async () => {
    const later: AutomaticDocuments = { get: async (hash) => (hash === documentIdOf(OTHER) ? OTHER : null), set: () => undefined };
    const slow = createDocumentFinder({ trusted: null, trustedOnly: false, automatic: later });
    expect([await codeOf(slow, hashed(OTHER)), await codeOf(slow, hashed(KNOWN))]).toEqual([OTHER, 'PERSISTED_QUERY_NOT_FOUND']);
  });
});

describe('with trusted documents beside others', () => {
  const find = createDocumentFinder({ trusted, trustedOnly: false, automatic: null });

  test.each<[string, AskedDocument, string]>([
    ['by id', asked({ documentId: 'app:who' }), KNOWN],
    ['by the id that is its hash', asked({ documentId: `sha256:${documentIdOf(KNOWN)}` }), KNOWN],
    ['as Apollo’s clients ask', hashed(KNOWN), KNOWN],
    ['another by text', asked({ query: OTHER }), OTHER],
    ['an unknown id', asked({ documentId: 'nobody:knows' }), 'PERSISTED_QUERY_NOT_FOUND'],
    ['an unknown hash', hashed(OTHER), 'PERSISTED_QUERY_NOT_FOUND'],
  ])('%s', async (_what, what, expected) => expect(await codeOf(find, what)).toBe(expected));
});

describe('with trusted documents only', () => {
  const find = createDocumentFinder({ trusted, trustedOnly: true, automatic: createMemoryDocuments() });

  test.each<[string, AskedDocument, string]>([
    ['one by id', asked({ documentId: 'app:who' }), KNOWN],
    ['one by its text', asked({ query: KNOWN }), KNOWN],
    ['one with another space in it', asked({ query: '{  whoami }' }), 'DOCUMENT_NOT_TRUSTED'],
    ['another by text', asked({ query: OTHER }), 'DOCUMENT_NOT_TRUSTED'],
    ['another by hash and text', hashed(OTHER, OTHER), 'DOCUMENT_NOT_TRUSTED'],
    ['another by hash', hashed(OTHER), 'DOCUMENT_NOT_TRUSTED'],
    ['an unknown id', asked({ documentId: 'nobody:knows' }), 'DOCUMENT_NOT_TRUSTED'],
  ])('%s', async (_what, what, expected) => expect(await codeOf(find, what)).toBe(expected));
});
