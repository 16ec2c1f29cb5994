import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A phone in tests: an Ed25519 key pair and what it signs. */
export interface TestPhone {
  publicKey: string;
  sign(message: string | Buffer): string;
}

export function createPhone(pair: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ed25519')): TestPhone {
  return {
    publicKey: pair.publicKey.export({ format: 'jwk' }).x ?? '',
    sign: (message) => sign(null, Buffer.from(message), pair.privateKey).toString('base64url'),
  };
}
