import { createCipheriv, hkdfSync } from 'node:crypto';

const BLOCK = 16;

/** One key for each use: what is staged and what is stored are encrypted differently. */
export function subkey(dataKey: Buffer, use: 'staging' | 'content'): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, '', `rahat document ${use}`, 32));
}

/**
 * Encrypts or decrypts (the same) what lies at `offset` of a file that grows: AES-256 in counter mode, so that pieces may have any length. It hides
 * content while it is on its way; that it is whole and unchanged is what the sealed content proves afterwards.
 */
export function stagingCipher(dataKey: Buffer, offset: number): (piece: Uint8Array) => Buffer {
  const counter = Buffer.alloc(BLOCK);
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / BLOCK)), 8);
  const cipher = createCipheriv('aes-256-ctr', subkey(dataKey, 'staging'), counter);
  cipher.update(Buffer.alloc(offset % BLOCK));
  return (piece) => cipher.update(piece);
}
