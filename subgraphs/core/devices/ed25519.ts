import { createPublicKey, verify } from 'node:crypto';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const SIGN_BIT = 0x80;

/**
 * Public keys of small order, without the bit of the sign: signatures that anybody can make fit them. No device makes such a key; who enrols one could disown whatever it signs.
 */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** An Ed25519 public key (RFC 8032) out of 43 characters of base64url; null for anything else, and for keys that prove nothing. */
export function readPublicKey(text: string): Buffer | null {
  const key = strictBase64url(text, KEY_BYTES);
  if (!key) return null;
  const unsigned = Buffer.from(key);
  unsigned.writeUInt8(unsigned.readUInt8(KEY_BYTES - 1) & ~SIGN_BIT, KEY_BYTES - 1);
  return SMALL_ORDER.has(unsigned.toString('hex')) ? null : key;
}

/** Whether a signature (86 characters of base64url) over these bytes is of this key. Never throws: what is no signature fits nothing. */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: string): boolean {
  const bytes = strictBase64url(signature, SIGNATURE_BYTES);
  if (!bytes) return false;
  try {
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') } });
    return verify(null, message, key, bytes);
  } catch {
    return false; // no point of the curve
  }
}

/** One text for one value: a decoder that lets stray characters pass would let a changed signature through. */
function strictBase64url(text: string, bytes: number): Buffer | null {
  const decoded = Buffer.from(text, 'base64url');
  return decoded.length === bytes && decoded.toString('base64url') === text ? decoded : null;
}
