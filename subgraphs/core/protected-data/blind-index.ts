import { createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import type { IdentifierKind } from './identifiers';

/** Keyed hashes of normalised values: equal values of one organisation and kind have equal indexes, and without the key nothing else is told. */
export interface BlindIndexes {
  /** HMAC-SHA-256, 32 bytes. A hash without a key would be undone by trying all phone numbers. */
  blindIndex(organizationId: string, kind: IdentifierKind, normalised: string): Buffer;
}

const KEYS = 5000;

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
    blindIndex: (organizationId, kind, normalised) => createHmac('sha256', keyFor(`rahat blind index ${organizationId} ${kind}`)).update(normalised).digest(),
  };
}
