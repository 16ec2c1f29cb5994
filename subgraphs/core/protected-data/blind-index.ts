import { createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import type { IdentifierKind } from './identifiers';

/** Keyed hashes of normalised values: equal values of one organisation and kind have equal indexes, and without the key nothing else is told. */
export interface BlindIndexes {
  /** HMAC-SHA-256, its first 16 bytes (RFC 2104, 5: no less than half). A hash without a key would be undone by trying all phone numbers. */
  blindIndex(organizationId: string, kind: IdentifierKind, normalised: string): Buffer;
  /** Tells whether two contents are the same, and nothing else: for what must remember a request that holds personal data. */
  fingerprint(organizationId: string, content: unknown): string;
}

const KEYS = 5000;
const INDEX_BYTES = 16;

/** @param file At least 32 random characters, the same for every core process. It cannot be exchanged without indexing everybody anew. */
export function createBlindIndexes(file: string): BlindIndexes {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) throw new Error(`${file} must hold at least 32 random characters.`);
  const keys = new LRUCache<string, Buffer>({ max: KEYS });
  const keyFor = (purpose: string): Buffer => {
    const known = keys.get(purpose) ?? Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
    keys.set(purpose, known);
    return known;
  };
  return {
    blindIndex: (organizationId, kind, normalised) => createHmac('sha256', keyFor(`rahat blind index ${organizationId} ${kind}`)).update(normalised).digest().subarray(0, INDEX_BYTES),
    fingerprint: (organizationId, content) => createHmac('sha256', keyFor(`rahat fingerprint ${organizationId}`)).update(JSON.stringify(content)).digest('base64url'),
  };
}
