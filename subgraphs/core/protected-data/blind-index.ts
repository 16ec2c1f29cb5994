import { createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import type { IdentifierKind } from './identifiers';

/** Keyed hashes of normalised values: equal values of one organisation and kind have equal indexes, and without the key nothing else is told. */
export interface BlindIndexes {
  /** HMAC-SHA-256, its first 16 bytes (RFC 2104, 5: no less than half). A hash without a key would be undone by trying all phone numbers. */
  blindIndex(organizationId: string, kind: IdentifierKind, normalised: string): Buffer;
  /** The version of the key that they are made with: whoever was written with an older one is to be indexed anew. */
  readonly indexVersion: number;
  /** Tells whether two contents are the same, and nothing else: for what must remember a request that holds personal data. */
  fingerprint(organizationId: string, content: unknown): string;
}

const KEYS = 5000;
const INDEX_BYTES = 16;

const LINE = /^(\d{1,9}) (\S+)$/;

/**
 * @param file A key of at least 32 random characters, the same for every core process. To exchange it, put `1 ` before it and add a line `2 <new key>`: the greatest
 * version makes indexes, the first one stays, since fingerprints are made with it.
 * @throws Error when the file holds no such keys.
 */
export function createBlindIndexes(file: string): BlindIndexes {
  const secrets = readSecrets(file);
  const [indexVersion, first] = [Math.max(...secrets.keys()), secrets.get(1)];
  const newest = secrets.get(indexVersion);
  if (first === undefined || newest === undefined) throw new Error(`${file} has no key of version 1, which fingerprints are made with.`);
  const keys = new LRUCache<string, Buffer>({ max: KEYS });
  const keyFor = (secret: string, purpose: string): Buffer => {
    const known = keys.get(purpose) ?? Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
    keys.set(purpose, known);
    return known;
  };
  return {
    indexVersion,
    blindIndex: (organizationId, kind, normalised) => createHmac('sha256', keyFor(newest, `rahat blind index ${organizationId} ${kind}`)).update(normalised).digest().subarray(0, INDEX_BYTES),
    fingerprint: (organizationId, content) => createHmac('sha256', keyFor(first, `rahat fingerprint ${organizationId}`)).update(JSON.stringify(content)).digest('base64url'),
  };
}

function readSecrets(file: string): Map<number, string> {
  const text = readFileSync(file, 'utf8').trim();
  const lines = text.split('\n').map((line) => LINE.exec(line.trim()));
  const secrets = new Map<number, string>();
  for (const [, version, secret] of lines.every((line) => line !== null) ? lines : [[text, '1', text] as const]) {
    if (secrets.has(Number(version))) throw new Error(`${file}: version ${version} stands there twice.`);
    if (secret === undefined || secret.length < 32) throw new Error(`${file} must hold at least 32 random characters in each key.`);
    secrets.set(Number(version), secret);
  }
  return secrets;
}
