import { createHash } from 'node:crypto';

// The definitions of RFC 9162, 2.1, word for word and as slow as they read: what everything else is held to.

const hash = (...parts: Uint8Array[]): Buffer => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();

/** HASH(0x00 || d). */
export const leafHashOf = (data: Uint8Array): Buffer => hash(Buffer.of(0), data);

/** k, the largest power of two smaller than n. */
function smaller(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH(D_n), 2.1.1. */
export function treeHash(data: readonly Uint8Array[]): Buffer {
  const n = data.length;
  if (n === 0) return hash();
  if (n === 1) return leafHashOf(data[0] ?? Buffer.alloc(0));
  const k = smaller(n);
  return hash(Buffer.of(1), treeHash(data.slice(0, k)), treeHash(data.slice(k)));
}

/** PATH(m, D_n), 2.1.3.1. */
export function inclusionProof(m: number, data: readonly Uint8Array[]): Buffer[] {
  const n = data.length;
  if (n === 1) return [];
  const k = smaller(n);
  return m < k ? [...inclusionProof(m, data.slice(0, k)), treeHash(data.slice(k))] : [...inclusionProof(m - k, data.slice(k)), treeHash(data.slice(0, k))];
}

/** PROOF(m, D_n), 2.1.4.1. */
export function consistencyProof(m: number, data: readonly Uint8Array[]): Buffer[] {
  return subproof(m, data, true);
}

function subproof(m: number, data: readonly Uint8Array[], b: boolean): Buffer[] {
  const n = data.length;
  if (m === n) return b ? [] : [treeHash(data)];
  const k = smaller(n);
  return m <= k ? [...subproof(m, data.slice(0, k), b), treeHash(data.slice(k))] : [...subproof(m - k, data.slice(k), false), treeHash(data.slice(0, k))];
}
