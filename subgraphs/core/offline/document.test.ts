import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSignedBy } from '../devices';
import { batchSchema, signedContent, type SignedBatch } from './signed-batch';

const page = readFileSync(join(__dirname, '../../../docs/offline-registration.md'), 'utf8');

function fenced(language: string): string {
  const [, text = ''] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``).exec(page) ?? [];
  return text;
}

function quoted(pattern: RegExp): string {
  const [, text = ''] = pattern.exec(page) ?? [];
  return text;
}

const deviceId = quoted(/The device is `([^`]+)`/);
const publicKey = Buffer.from(quoted(/public key\s+`([^`]+)`/), 'base64url');
const secretKey = Buffer.from(quoted(/secret key `([^`]+)`/), 'hex');
const hash = quoted(/begins with 3: `([^`]+)`/);
const batch = batchSchema.parse(JSON.parse(fenced('json')));

type MakeBatch = (made: { deviceId: string; privateKey: KeyObject; previousHash: string | null; items: SignedBatch['items'] }) => { batch: SignedBatch; hash: string };

test('the vector of the page is what the server reads, hashes and verifies', () => {
  const signed = signedContent(deviceId, batch);
  expect(signed.bytes.toString('utf8')).toBe(fenced('text'));
  expect(signed.hash).toBe(hash);
  expect(isSignedBy(publicKey, signed.bytes, batch.signature)).toBe(true);
});

test('the client of the page makes the vector, byte for byte', () => {
  const makeBatch = new Function('require', `${fenced('js')}\nreturn makeBatch;`)(require) as MakeBatch;
  const privateKey = createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d: secretKey.toString('base64url'), x: publicKey.toString('base64url') } });
  expect(makeBatch({ deviceId, privateKey, previousHash: null, items: batch.items })).toEqual({ batch, hash });
});

test('no byte of what is signed can be another', () => {
  const { bytes } = signedContent(deviceId, batch);
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(isSignedBy(publicKey, changed, batch.signature)).toBe(false);
  }
});
