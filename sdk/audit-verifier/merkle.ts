import { concat, equal, utf8 } from './bytes';
import { sha256 } from './sha256';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of a leaf (RFC 9162, 2.1.1). */
export function leafHash(data: string | Uint8Array): Uint8Array {
  return sha256(concat(LEAF, typeof data === 'string' ? utf8(data) : data));
}

/** The hash of an inner node (RFC 9162, 2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(NODE, left, right));
}

/** What shows that a leaf is in a tree. Indexes and sizes are below 2^53; hashes have 32 bytes. */
export interface InclusionProof {
  index: number;
  treeSize: number;
  leafHash: Uint8Array;
  /** From below. */
  hashes: readonly Uint8Array[];
}

/** Whether the leaf stands at its index in the tree with this root (RFC 9162, 2.1.3.2). */
export function verifyInclusion({ index, treeSize, leafHash: leaf, hashes }: InclusionProof, root: Uint8Array): boolean {
  if (!isCount(index) || !isCount(treeSize) || index >= treeSize) return false;
  let [fn, sn, hash] = [index, treeSize - 1, leaf];
  for (const sibling of hashes) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(hash, root);
}

/** What shows that nothing in a tree has changed since it was smaller. */
export interface ConsistencyProof {
  olderSize: number;
  newerSize: number;
  hashes: readonly Uint8Array[];
}

/** Whether the tree with the older root is the beginning of the one with the newer root (RFC 9162, 2.1.4.2). */
export function verifyConsistency({ olderSize, newerSize, hashes }: ConsistencyProof, olderRoot: Uint8Array, newerRoot: Uint8Array): boolean {
  if (!isCount(olderSize) || !isCount(newerSize) || olderSize === 0 || olderSize > newerSize) return false;
  if (olderSize === newerSize) return hashes.length === 0 && equal(olderRoot, newerRoot);
  const path = isPowerOfTwo(olderSize) ? [olderRoot, ...hashes] : [...hashes];
  const first = path.shift();
  if (first === undefined || path.length === 0) return false;
  let [fn, sn, fr, sr] = [olderSize - 1, newerSize - 1, first, first];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  for (const hash of path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(hash, fr);
      sr = nodeHash(hash, sr);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(fr, olderRoot) && equal(sr, newerRoot);
}

/** Builds the root of a tree from left to right, holding one hash for each level. */
export class GrowingTree {
  private readonly peaks: Array<{ count: number; hash: Uint8Array }> = [];
  size = 0;

  /** @param count How many leaves the hash stands for. @returns false when it cannot stand here: that takes a power of two that divides the size. */
  append(hash: Uint8Array, count = 1): boolean {
    if (!isCount(count) || !isPowerOfTwo(count) || this.size % count !== 0) return false;
    this.size += count;
    let peak = { count, hash };
    for (let last = this.peaks.at(-1); last?.count === peak.count; last = this.peaks.at(-1)) {
      peak = { count: peak.count * 2, hash: nodeHash(last.hash, peak.hash) };
      this.peaks.pop();
    }
    this.peaks.push(peak);
    return true;
  }

  /** Null while there are no leaves. */
  root(): Uint8Array | null {
    return this.peaks.reduceRight<Uint8Array | null>((right, { hash }) => (right ? nodeHash(hash, right) : hash), null);
  }
}

// Bits by arithmetic: bitwise operators would cut numbers off at 32 bits.
const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;
const isOdd = (number: number): boolean => number % 2 === 1;
const half = (number: number): number => Math.floor(number / 2);

function isPowerOfTwo(number: number): boolean {
  let rest = number;
  while (rest > 1 && !isOdd(rest)) rest = half(rest);
  return rest === 1;
}
