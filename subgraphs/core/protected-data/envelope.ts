import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyProvider } from './key-provider';

/** One sealed record, as it lies in a table: AES-256-GCM under a key of its own, and that key wrapped. Without the wrapped key nobody ever reads it again. */
export interface Sealed {
  ciphertext: Buffer;
  wrappedKey: Buffer;
  keyVersion: number;
}

/** The part that rotation renews. */
export type WrappedKey = Pick<Sealed, 'wrappedKey' | 'keyVersion'>;

/**
 * Sealing of records. `about` (`table:id`) names the row and is authenticated: what was sealed for one row cannot be opened as another's.
 * Answers come in the order asked; many records are one call of the key provider.
 */
export interface Envelope {
  seal(records: ReadonlyArray<{ about: string; content: unknown }>): Promise<Sealed[]>;
  /** @throws Error when a record was tampered with, belongs to another row, or its key is gone. */
  open<T>(records: ReadonlyArray<{ about: string } & Sealed>): Promise<T[]>;
  /** A key for content that is too large to be sealed as a record; it is wrapped as the keys of records are. */
  createKey(): Promise<WrappedKey & { key: Buffer }>;
  /** @throws Error when the key was not wrapped by us, or its version is gone. */
  openKey(wrapped: WrappedKey): Promise<Buffer>;
  /** Wraps the keys of records with the newest key-encryption key; the ciphertexts stay. */
  rewrap(keys: readonly WrappedKey[]): Promise<WrappedKey[]>;
  currentVersion(): Promise<number>;
}

const ALGORITHM = 'aes-256-gcm';
const FORMAT = Buffer.from([1]);
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = FORMAT.length + NONCE_BYTES;

export function createEnvelope(keys: KeyProvider): Envelope {
  return {
    seal: async (records) => {
      const dataKeys = records.map(() => randomBytes(KEY_BYTES));
      const { version, wrapped } = await keys.wrap(dataKeys);
      return records.map(({ about, content }, index) => ({
        ciphertext: encrypt(at(dataKeys, index), about, content),
        wrappedKey: at(wrapped, index),
        keyVersion: version,
      }));
    },
    open: async <T>(records: ReadonlyArray<{ about: string } & Sealed>) => {
      const dataKeys = await keys.unwrap(records.map(({ wrappedKey, keyVersion }) => ({ wrapped: wrappedKey, version: keyVersion })));
      return records.map(({ about, ciphertext }, index) => decrypt(at(dataKeys, index), about, ciphertext) as T);
    },
    createKey: async () => {
      const key = randomBytes(KEY_BYTES);
      const { version, wrapped } = await keys.wrap([key]);
      return { key, wrappedKey: at(wrapped, 0), keyVersion: version };
    },
    openKey: async ({ wrappedKey, keyVersion }) => at(await keys.unwrap([{ wrapped: wrappedKey, version: keyVersion }]), 0),
    rewrap: async (old) => {
      const dataKeys = await keys.unwrap(old.map(({ wrappedKey, keyVersion }) => ({ wrapped: wrappedKey, version: keyVersion })));
      const { version, wrapped } = await keys.wrap(dataKeys);
      return wrapped.map((wrappedKey) => ({ wrappedKey, keyVersion: version }));
    },
    currentVersion: () => keys.currentVersion(),
  };
}

function encrypt(key: Buffer, about: string, content: unknown): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([FORMAT, nonce, cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, about: string, sealed: Buffer): unknown {
  if (sealed.length < HEADER_BYTES + TAG_BYTES || !sealed.subarray(0, FORMAT.length).equals(FORMAT)) throw new Error('This was not sealed by us.');
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(FORMAT.length, HEADER_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  return JSON.parse(text);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error('The key provider answered fewer keys than it was asked for.');
  return item;
}
