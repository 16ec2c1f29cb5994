import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from './entry';
import { GrowingTree, verifyConsistency, verifyInclusion } from './merkle';
import { sha256 } from './sha256';
import { consistencyProof, inclusionProof, leafHashOf, treeHash } from './testing/rfc9162';

const leaves = Array.from({ length: 70 }, (_, n) => Buffer.from(`leaf ${n}`));

test('SHA-256 is the one of everybody else, at every length', () => {
  for (let length = 0; length < 300; length += 1) {
    const data = randomBytes(length);
    expect(Buffer.from(sha256(data))).toEqual(createHash('sha256').update(data).digest());
  }
});

test('every leaf of every tree is shown to be in it, and nowhere else', () => {
  for (let size = 1; size <= leaves.length; size += 1) {
    const tree = leaves.slice(0, size);
    const root = treeHash(tree);
    for (let index = 0; index < size; index += 1) {
      const proof = { index, treeSize: size, leafHash: leafHashOf(tree[index] ?? Buffer.alloc(0)), hashes: inclusionProof(index, tree) };
      expect(verifyInclusion(proof, root)).toBe(true);
      for (const other of [index - 1, index + 1, size, size + index]) expect(verifyInclusion({ ...proof, index: other }, root)).toBe(false);
      expect(verifyInclusion({ ...proof, hashes: [...proof.hashes, root] }, root)).toBe(false);
      if (proof.hashes.length > 0) expect(verifyInclusion({ ...proof, hashes: proof.hashes.slice(1) }, root)).toBe(false);
    }
  }
});

test('every tree is shown to be the beginning of every larger one, and no changed one is', () => {
  for (let newer = 1; newer <= leaves.length; newer += 1) {
    const newerRoot = treeHash(leaves.slice(0, newer));
    for (let older = 1; older <= newer; older += 1) {
      const olderRoot = treeHash(leaves.slice(0, older));
      const hashes = consistencyProof(older, leaves.slice(0, newer));
      expect(verifyConsistency({ olderSize: older, newerSize: newer, hashes }, olderRoot, newerRoot)).toBe(true);
      expect(verifyConsistency({ olderSize: older, newerSize: newer, hashes }, Buffer.alloc(32), newerRoot)).toBe(false);
      expect(verifyConsistency({ olderSize: older, newerSize: newer, hashes }, olderRoot, Buffer.alloc(32))).toBe(false);
      if (hashes.length > 0) expect(verifyConsistency({ olderSize: older, newerSize: newer, hashes: hashes.slice(1) }, olderRoot, newerRoot)).toBe(false);
    }
  }
});

test('a tree that grows has the same root, whichever whole parts come as one hash', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.infiniteStream(fc.nat(6)), (size, choices) => {
      const tree = new GrowingTree();
      for (let at = 0; at < size; ) {
        let count = 2 ** (choices.next().value ?? 0);
        while (at % count !== 0 || at + count > size) count /= 2;
        expect(tree.append(treeHash(leaves.slice(at, at + count)), count)).toBe(true);
        at += count;
      }
      expect(Buffer.from(tree.root() ?? [])).toEqual(treeHash(leaves.slice(0, size)));
    }),
  );
});

test.each([
  [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
  // RFC 8785, 3.2.3: names in the order of their UTF-16 code units.
  [{ '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' },
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'],
  // RFC 8785, appendix B: numbers.
  [[333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0, 9007199254740992, 295147905179352830000], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0,9007199254740992,295147905179352830000]'],
  [{ string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f' }, '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'],
])('%j in its canonical form', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});
