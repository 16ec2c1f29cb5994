import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Signs notes in the form of https://c2sp.org/signed-note, with Ed25519. */
export interface NoteSigner {
  /** The log's name, in the first line of each checkpoint: a host name and path without a scheme. */
  origin: string;
  /** `<name>+<id>+<key>`: what somebody needs to check our signatures. One for each key. */
  verifierKeys: readonly string[];
  /** @param text Lines, the last one ended. @returns the text with a signature of each key. */
  sign(text: string): string;
}

const ED25519 = Buffer.of(1);

/**
 * @param files PEM files with Ed25519 private keys: all of them sign. To rotate, add the new one, and take the old one away once everybody who checks
 * has the new one: whoever knew the old key saw the new one sign beside it.
 * @throws Error when a file holds no such key, or the origin is no name of a key.
 */
export function createNoteSigner(origin: string, files: readonly string[]): NoteSigner {
  if (!/^[^\s+]+$/.test(origin)) throw new Error('The name of a log has no blanks and no plus signs.');
  const keys = files.map((file) => keyOf(origin, createPrivateKey(readFileSync(file))));
  return {
    origin,
    verifierKeys: keys.map(({ id, publicKey }) => `${origin}+${id.toString('hex')}+${Buffer.concat([ED25519, publicKey]).toString('base64')}`),
    sign: (text) => `${text}\n${keys.map(({ id, key }) => `— ${origin} ${Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64')}\n`).join('')}`,
  };
}

function keyOf(name: string, key: KeyObject): { id: Buffer; publicKey: Buffer; key: KeyObject } {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('Checkpoints are signed with Ed25519 keys.');
  // An Ed25519 SubjectPublicKeyInfo ends with the 32 bytes of the key (RFC 8410).
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = createHash('sha256').update(`${name}\n`).update(ED25519).update(publicKey).digest().subarray(0, 4);
  return { id, publicKey, key };
}

/** What a checkpoint says (https://c2sp.org/tlog-checkpoint): the log, how many leaves it has, and their root. */
export function checkpointText(origin: string, size: number, root: Uint8Array): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads a checkpoint that we have signed ourselves; its signature is not looked at. Null for any other text. */
export function readCheckpoint(note: string): { origin: string; size: number; root: Buffer } | null {
  const [, origin, size, root] = /^([^\n]+)\n(\d{1,16})\n([A-Za-z0-9+/]{43}=)\n/.exec(note) ?? [];
  return origin && size && root ? { origin, size: Number(size), root: Buffer.from(root, 'base64') } : null;
}

/** How the log is called where only 32 bytes fit: the SHA-256 of its origin. */
export function logIdOf(origin: string): string {
  return `0x${createHash('sha256').update(origin).digest('hex')}`;
}
