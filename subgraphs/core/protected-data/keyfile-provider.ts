import { createCipheriv, createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KeyProvider } from './key-provider';

const KEY_BYTES = 32;
const LINE = /^(\d{1,9}) ([\w-]{43})$/;
/** AES key wrap, RFC 3394: no nonce that could repeat, and what was tampered with does not unwrap. */
const KEY_WRAP = 'id-aes256-wrap';
const INITIAL_VALUE = Buffer.from('a6a6a6a6a6a6a6a6', 'hex');

/**
 * Key-encryption keys in a file, each on a line of its own: `<version> <32 bytes in base64url>`. The greatest version is the newest.
 * To rotate, add a line on every machine, restart, and rotate; then the older line may go.
 * @throws Error when the file holds no key, or what is none.
 */
export function createKeyfileProvider(file: string): KeyProvider {
  const keys = readKeys(file);
  const newest = Math.max(...keys.keys());
  const keyOf = (version: number): Buffer => {
    const key = keys.get(version);
    if (!key) throw new Error(`${file} has no key of version ${version}: personal data sealed with it cannot be read.`);
    return key;
  };
  return {
    wrap: async (plain) => ({ version: newest, wrapped: plain.map((key) => wrapKey(keyOf(newest), key)) }),
    unwrap: async (wrapped) => wrapped.map(({ wrapped: key, version }) => unwrapKey(keyOf(version), key)),
    currentVersion: async () => newest,
  };
}

function readKeys(file: string): Map<number, Buffer> {
  const lines = readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const keys = new Map<number, Buffer>();
  for (const line of lines) {
    const [, version, key = ''] = LINE.exec(line) ?? [];
    const bytes = Buffer.from(key, 'base64url');
    if (bytes.length !== KEY_BYTES) throw new Error(`${file}: each line must be a version and 32 bytes in base64url.`); // the line itself is secret
    if (keys.has(Number(version))) throw new Error(`${file}: version ${version} stands there twice.`);
    keys.set(Number(version), bytes);
  }
  if (keys.size === 0) throw new Error(`${file} holds no key.`);
  return keys;
}

function wrapKey(wrapping: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv(KEY_WRAP, wrapping, INITIAL_VALUE);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

function unwrapKey(wrapping: Buffer, wrapped: Buffer): Buffer {
  if (wrapped.length !== KEY_BYTES + 8) throw new Error('This key was not wrapped by us.'); // of nothing the cipher would make nothing
  const decipher = createDecipheriv(KEY_WRAP, wrapping, INITIAL_VALUE);
  return Buffer.concat([decipher.update(wrapped), decipher.final()]);
}
