import { isSignedBy, readPublicKey } from './ed25519';

// RFC 8032, section 7.1, test 2.
const KEY = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex');
const SIGNATURE = Buffer.from('92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00', 'hex').toString('base64url');
const MESSAGE = Buffer.from('72', 'hex');

test('takes the signature of the RFC, and no other over it', () => {
  expect(isSignedBy(KEY, MESSAGE, SIGNATURE)).toBe(true);
  expect(isSignedBy(KEY, Buffer.from('73', 'hex'), SIGNATURE)).toBe(false);
  for (const [index, character] of [...SIGNATURE].entries()) {
    const other = `${SIGNATURE.slice(0, index)}${character === 'A' ? 'B' : 'A'}${SIGNATURE.slice(index + 1)}`;
    expect(isSignedBy(KEY, MESSAGE, other)).toBe(false);
  }
});

test.each(['', 'no signature', `${SIGNATURE}=`, ` ${SIGNATURE}`, SIGNATURE.slice(0, -1), `${SIGNATURE}A`])('%j is no signature', (text) => {
  expect(isSignedBy(KEY, MESSAGE, text)).toBe(false);
});

test('refuses a signature to which the order of the group was added (RFC 8032, 5.1.7)', () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const bytes = Buffer.from(SIGNATURE, 'base64url');
  const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  const raised = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse();
  expect(isSignedBy(KEY, MESSAGE, Buffer.concat([bytes.subarray(0, 32), raised]).toString('base64url'))).toBe(false);
});

test('reads a public key, and none that is too short, spelled in two ways, or of small order', () => {
  expect(readPublicKey(KEY.toString('base64url'))).toEqual(KEY);
  expect(readPublicKey(KEY.subarray(1).toString('base64url'))).toBeNull();
  expect(readPublicKey(KEY.toString('base64'))).toBeNull();
  expect(readPublicKey('x')).toBeNull();
  for (const hex of ['0000000000000000000000000000000000000000000000000000000000000080', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff']) {
    expect(readPublicKey(Buffer.from(hex, 'hex').toString('base64url'))).toBeNull();
  }
});
