import { createHash } from 'node:crypto';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** The hash of a leaf (RFC 9162, 2.1.1): what it says, marked so that it can be no inner node. */
export function leafHash(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(data).digest();
}

/** The hash of an inner node (RFC 9162, 2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** The root over hashes that stand beside each other, one or more (RFC 9162, 2.1.1). */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (first === undefined) throw new Error('A tree without leaves has no root here.');
  if (hashes.length === 1) return first;
  const split = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** How many of `count` leaves, two or more, are in the left subtree: the largest power of two below it. */
export function splitOf(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}
